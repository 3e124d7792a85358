/**
 * The log groups of an account and the events in them: what agents write, and what someone does in
 * the console.
 */

import type { AwsCall } from '../../local/emulators/aws-call.ts';
import { ServiceError } from '../../local/emulators/service-error.ts';
import { LOG_GROUP_NAME, type LogsOperation, noSuchLogGroup } from './cloudwatch-logs-operation.ts';

/** An event as CloudWatch Logs keeps it. Times are epoch milliseconds. */
export interface KeptEvent {
  /** The same in FilterLogEvents and in what a subscription delivers: 56 digits. */
  readonly id: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  readonly logStream: string;
}

export interface LogGroup {
  readonly name: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** In the order of ingestion. */
  readonly events: readonly KeptEvent[];
}

export type NewEvent = Pick<KeptEvent, 'timestamp' | 'message'>;

/** Log groups by Region and name. The Region is us-east-1 where none is given. */
export interface LogGroups {
  list(region: string): readonly LogGroup[];
  find(name: string, region?: string): LogGroup | undefined;
  /** A log group without events. Throws when there is one of that name. */
  create(name: string, region?: string): LogGroup;
  /**
   * What an agent does: the stream and the group are created where they are missing. Returns the
   * events with their ids.
   */
  put(name: string, logStream: string, events: readonly NewEvent[], region?: string): readonly KeptEvent[];
  remove(name: string, region?: string): void;
}

const HOME = 'us-east-1';

export function createLogGroups(now: () => number): LogGroups {
  const groups = new Map<string, LogGroup & { readonly events: KeptEvent[] }>();
  let sequence = 0;
  const keyOf = (name: string, region: string): string => `${region} ${name}`;

  function create(name: string, region = HOME) {
    if (groups.has(keyOf(name, region))) {
      throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    const group = { name, region, createdAt: now(), events: [] as KeptEvent[] };
    groups.set(keyOf(name, region), group);
    return group;
  }

  return {
    create,
    list: (region) => [...groups.values()].filter((group) => group.region === region),
    find: (name, region = HOME) => groups.get(keyOf(name, region)),
    put(name, logStream, events, region = HOME) {
      const group = groups.get(keyOf(name, region)) ?? create(name, region);
      const ingestionTime = now();
      const kept = events.map(({ timestamp, message }) => {
        sequence += 1;
        return { id: `3${String(sequence).padStart(55, '0')}`, timestamp, ingestionTime, message, logStream };
      });
      for (const event of kept) group.events.push(event);
      return kept;
    },
    remove(name, region = HOME) {
      if (!groups.delete(keyOf(name, region))) throw noSuchLogGroup();
    },
  };
}

const NAMED = { logGroupName: LOG_GROUP_NAME };
const perSecond = (): number => 10;

export function logGroupOperations(groups: LogGroups): Readonly<Record<string, LogsOperation>> {
  return {
    CreateLogGroup: {
      perSecond,
      constraints: NAMED,
      run(call) {
        groups.create(nameIn(call), call.region);
        return {};
      },
    },
    DeleteLogGroup: {
      perSecond,
      constraints: NAMED,
      run(call) {
        groups.remove(nameIn(call), call.region);
        return {};
      },
    },
  };
}

function nameIn({ input }: AwsCall): string {
  return String(input['logGroupName']);
}
