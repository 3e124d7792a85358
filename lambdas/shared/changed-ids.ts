import * as v from 'valibot';
import { BANS } from '../../core/names.ts';

const StreamEvent = v.object({
  Records: v.array(
    v.object({
      eventSource: v.literal('aws:dynamodb'),
      dynamodb: v.object({ Keys: v.object({ [BANS.partitionKey]: v.object({ S: v.string() }) }) }),
    }),
  ),
});

/**
 * The ids whose bans changed, from a batch of the bans table's stream; `undefined` for any other
 * event (a schedule's). Only the keys are read, because the record's view of the ban may be out of
 * date.
 *
 * @throws v.ValiError for stream records of another shape
 */
export function changedIds(event: unknown): readonly string[] | undefined {
  if (typeof event !== 'object' || event === null || !('Records' in event)) return undefined;
  return v.parse(StreamEvent, event).Records.map((record) => record.dynamodb.Keys[BANS.partitionKey].S);
}
