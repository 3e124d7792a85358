import { vi } from 'vitest';
import type { EventEntry } from '../../core/events/event-family.ts';
import { EVENTS, type EventPayloads } from '../../core/events/events.ts';
import type { FunctionName } from '../../core/names.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import type { Ban } from '../../core/records/ban.ts';
import { emfTelemetry } from '../../lambdas/shared/emf-telemetry.ts';

const error = new Error('refused');
const target = 'waf';
const key = { jail: 'sshd', id: '198.51.100.7' };
const ban: Ban = {
  ...key,
  state: 'active',
  bannedAt: 1_000,
  madeAt: 1_002,
  expiresAt: 1_600,
  liftedAt: undefined,
  bantime: 600,
  banCount: 1,
  attempts: 5,
  origin: 'jail',
  evidence: [],
  keptFor: 86_400,
  version: 1,
};
const left = { names: 1, notAddresses: 1, tooLong: 1, givenUp: 1, outOfTime: 1 };
/** Long enough to be logged. */
const took = { seconds: [1, 70], late: 1 };
const report = {
  added: [key.id],
  removed: [],
  overflow: ['198.51.100.8'],
  held: 1,
  capacity: 1,
  warnings: ['no such port'],
};

/** One event of each kind: the compiler asks for those that are missing. */
const PAYLOADS: EventPayloads = {
  'attempts-counted': { ...key, attempts: 1 },
  'attempts-ignored': { ...key, attempts: 1, reason: 'ignoreip' },
  'attempts-while-banned': { ...key, attempts: 1, targets: [target] },
  'attempts-late': { ...key, attempts: 1 },
  'attempts-given-up': { ...key, attempts: 1, reason: 'unreadable' },
  'ban-made': { ban },
  'ban-prolonged': { ban },
  'ban-missed': { ban },
  'ban-lifted': { ban },
  'breaker-tripped': { jail: key.jail, bans: 1_001 },
  'ban-held-back': { ...key, reason: 'breaker' },
  'own-addresses-unread': { error },
  'ignore-name-unresolved': { name: 'bastion.example', reason: 'ENOTFOUND', addresses: 0, holdsBack: true },
  'catch-up-left': { logGroup: '/ecs/web-2' },
  'log-group-unread': { logGroup: '/ecs/web-1', reason: 'full' },
  'unbanned-in-target': { target, ...key },
  'target-failed': { target, error },
  'confirmation-failed': { target, error },
  'entries-put-back': { target, ids: [key.id] },
  'backfill-failed': { logGroup: '/cloudjail/auth', error, givenUp: false },
  'backfill-ended': { logGroup: '/cloudjail/auth', how: 'done', events: 2, failures: 1, bans: 1 },
  // What closes a piece of work comes last, since metrics are gathered until then.
  'target-converged': { target, report, active: 1 },
  'changes-confirmed': { target, enforced: took, ended: took },
  'batch-matched': { logGroup: '/cloudjail/auth', lines: 2, failures: 1, left, took },
  'expiry-run': { lifted: 1, oldestOverdue: 1, finished: false, left: 1, oldestLeft: 1 },
  'own-logs-delivered': { logGroup: '/aws/lambda/cloudjail/cloudjail/matcher' },
  'subscriptions-converged': { subscribed: 1, changed: 1, unread: 1, left: 1 },
  'address-book-kept': { own: 1, names: 1 },
  'backfill-run': { open: 1, lag: 1 },
};

/** Where it depends on an event what is counted. */
const OTHERS: readonly (readonly [writtenBy: FunctionName, TelemetryEvent])[] = [
  ['backfiller', { kind: 'backfill-failed', logGroup: '/cloudjail/auth', error, givenUp: true }],
];

/** Those that emit anything. */
export const FUNCTIONS: readonly FunctionName[] = [
  ...new Set(Object.values<EventEntry<never>>(EVENTS).flatMap(({ from }) => from)),
];

interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly service: string;
}

/**
 * Every metric a function writes in embedded metric format, as `namespace name [dimensions]`, with
 * the value of the dimension `service`.
 */
export function emittedMetrics(service: FunctionName): readonly string[] {
  return linesWrittenAs(service).flatMap((line) => {
    const { _aws, ...values }: Emf = JSON.parse(line);
    return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((names) => {
        const dimensions = names.map((name) => (name === 'service' ? `service=${values.service}` : name));
        return Metrics.map(({ Name }) => `${Namespace} ${Name} [${dimensions.join()}]`);
      }),
    );
  });
}

/** The messages that functions log, and the fields these log lines have. */
export function loggedFields(): { readonly fields: ReadonlySet<string>; readonly messages: ReadonlySet<string> } {
  const lines = FUNCTIONS.flatMap((service) => linesWrittenAs(service, 'DEBUG', '{"level"'));
  const logged: Record<string, unknown>[] = lines.map((line) => JSON.parse(line));
  return {
    fields: new Set(logged.flatMap((line) => Object.keys(line))),
    messages: new Set(logged.map(({ message }) => String(message))),
  };
}

function linesWrittenAs(service: FunctionName, logLevel = 'SILENT', start = '{"_aws"'): readonly string[] {
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', service);
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', logLevel);
  const written: string[] = [];
  const keep = (text: unknown): boolean => written.push(String(text)) > 0;
  const streams = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep));
  try {
    const telemetry = emfTelemetry();
    for (const [writtenBy, event] of OTHERS) if (writtenBy === service) telemetry.emit(event);
    for (const [kind, payload] of Object.entries(PAYLOADS)) {
      const { from }: EventEntry<never> = EVENTS[kind as TelemetryEvent['kind']];
      if (from.includes(service)) telemetry.emit({ kind, ...payload } as TelemetryEvent);
    }
  } finally {
    for (const stream of streams) stream.mockRestore();
    vi.unstubAllEnvs();
  }
  return written.flatMap((text) => text.split('\n')).filter((line) => line.startsWith(start));
}

/** Those of all functions. */
export function everythingEmitted(): ReadonlySet<string> {
  return new Set(FUNCTIONS.flatMap(emittedMetrics));
}

/**
 * What AWS's services count, by the page of each: SQS (sqs-available-cloudwatch-metrics), Lambda
 * (monitoring-metrics-types), CloudWatch Logs (CloudWatch-Logs-Monitoring-CloudWatch-Metrics).
 */
export const EMITTED_BY_AWS = new Set([
  'AWS/SQS ApproximateNumberOfMessagesVisible [QueueName]',
  'AWS/Lambda Errors [FunctionName]',
  'AWS/Lambda Throttles [FunctionName]',
  'AWS/Lambda Duration [FunctionName]',
  'AWS/Lambda AsyncEventAge [FunctionName]',
  'AWS/Lambda DestinationDeliveryFailures [FunctionName]',
  'AWS/Lambda IteratorAge [FunctionName]',
]);
