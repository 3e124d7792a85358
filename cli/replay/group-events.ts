import { pagesInOrder } from '../../aws/tables/pages-in-order.ts';
import type { LogPage, LogReader, StoredEvent } from '../../core/ports/log-reader.ts';
import type { Span } from '../../core/records/span.ts';

export interface GroupEvent extends StoredEvent {
  readonly logGroup: string;
}

/** The log group is not there, or not any more. */
export class MissingLogGroup extends Error {
  override readonly name = 'MissingLogGroup';
  readonly logGroup: string;
  readonly isGone: boolean;

  constructor(logGroup: string, isGone: boolean) {
    super(`there is no log group ${logGroup}`);
    this.logGroup = logGroup;
    this.isGone = isGone;
  }
}

/**
 * The events of a span in all of these log groups, in the order of their timestamps, page by page.
 * The next page is asked for while one is worked on, so no more than two of each group are in
 * memory.
 *
 * @throws {MissingLogGroup}
 */
export function groupEvents(
  reader: LogReader,
  groups: readonly string[],
  span: Span,
): AsyncGenerator<readonly GroupEvent[]> {
  return pagesInOrder(
    groups.map((group) => pagesOf(reader, group, span)),
    ({ timestamp }) => timestamp,
  );
}

async function* pagesOf(reader: LogReader, logGroup: string, span: Span): AsyncGenerator<readonly GroupEvent[]> {
  let asked: ReturnType<LogReader['page']> | undefined = reader.page(logGroup, span, undefined);
  for (let first = true; asked !== undefined; first = false) {
    const page: LogPage | 'no-such-group' = await asked;
    if (page === 'no-such-group') throw new MissingLogGroup(logGroup, !first);
    asked = page.next === undefined ? undefined : reader.page(logGroup, span, page.next);
    // The caller that awaits it gets the error; until then it must not count as unhandled.
    asked?.catch(() => undefined);
    yield page.events.map((event) => ({ ...event, logGroup }));
  }
}
