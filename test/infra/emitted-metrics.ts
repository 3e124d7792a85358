import { vi } from 'vitest';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import type { Ban } from '../../core/records/ban.ts';
import type { CloudjailFunction } from '../../infra/functions/function.ts';
import { emfTelemetry } from '../../lambdas/shared/emf-telemetry.ts';

type Service = CloudjailFunction['service'];

const error = new Error('refused');
const target = 'waf';
const key = { jail: 'sshd', id: '198.51.100.7' };
const ban: Ban = {
  ...key,
  state: 'active',
  ...{ bannedAt: 1_000, madeAt: 1_002, expiresAt: 1_600, liftedAt: undefined, bantime: 600, banCount: 1, attempts: 5 },
  ...{ origin: 'jail', evidence: [], keptFor: 86_400, version: 1 },
};
const left = { names: 1, notAddresses: 1, cutLines: 1, givenUp: 1 };
const took = { seconds: [1, 2], late: 1 };
const report = {
  ...{ added: [key.id], removed: [], overflow: ['198.51.100.8'], held: 1, capacity: 1 },
  warnings: ['no such port'],
};

const BANNERS = ['banner', 'ec2-banner'] as const;
const COUNTERS = ['matcher', 'backfiller'] as const;
const LIFTERS = [...COUNTERS, 'expirer', ...BANNERS] as const;

type Events = {
  readonly [Kind in TelemetryEvent['kind']]: readonly [
    writtenBy: readonly Service[],
    event: Omit<Extract<TelemetryEvent, { kind: Kind }>, 'kind'>,
  ];
};

/**
 * One event of each kind (the compiler asks for those that are missing), and the functions that
 * write it.
 */
const EVENTS: Events = {
  'attempts-counted': [COUNTERS, { ...key, attempts: 1 }],
  'attempts-ignored': [COUNTERS, { ...key, attempts: 1, reason: 'ignoreip' }],
  'attempts-while-banned': [['matcher'], { ...key, attempts: 1, targets: [target] }],
  'attempts-late': [COUNTERS, { ...key, attempts: 1 }],
  'ban-made': [COUNTERS, { ban }],
  'ban-prolonged': [COUNTERS, { ban }],
  'ban-missed': [COUNTERS, { ban }],
  'ban-lifted': [LIFTERS, { ban }],
  'breaker-tripped': [['matcher'], { jail: key.jail, bans: 1_001 }],
  'ban-held-back': [COUNTERS, { ...key, reason: 'breaker' }],
  'own-addresses-unread': [['lookout'], { error }],
  'ignore-name-unresolved': [
    ['lookout'],
    { name: 'bastion.example', reason: 'ENOTFOUND', addresses: 0, holdsBack: true },
  ],
  'catch-up-left': [['subscriber'], { logGroup: '/ecs/web-2' }],
  'log-group-unread': [['subscriber'], { logGroup: '/ecs/web-1', reason: 'full' }],
  'unbanned-in-target': [BANNERS, { target, ...key }],
  'target-failed': [BANNERS, { target, error }],
  'confirmation-failed': [BANNERS, { target, error }],
  'entries-put-back': [BANNERS, { target, ids: [key.id] }],
  'backfill-failed': [['backfiller'], { logGroup: '/cloudjail/auth', error, givenUp: false }],
  'backfill-ended': [['backfiller'], { logGroup: '/cloudjail/auth', how: 'done', events: 2, failures: 1, bans: 1 }],
  // What closes a piece of work comes last, since metrics are gathered until then.
  'target-converged': [BANNERS, { target, report, active: 1 }],
  'changes-confirmed': [BANNERS, { target, enforced: took, ended: took }],
  'batch-matched': [COUNTERS, { logGroup: '/cloudjail/auth', lines: 2, failures: 1, left, took }],
  'expiry-run': [['expirer'], { lifted: 1, oldestOverdue: 1, finished: false, left: 1, oldestLeft: 1 }],
  'own-logs-delivered': [['matcher'], { logGroup: '/aws/lambda/cloudjail/cloudjail/matcher' }],
  'subscriptions-converged': [['subscriber'], { subscribed: 1, changed: 1, unread: 1, left: 1 }],
  'address-book-kept': [['lookout'], { own: 1, names: 1 }],
  'backfill-run': [['backfiller'], { open: 1, lag: 1 }],
};

/** Where it depends on an event what is counted. */
const OTHERS: readonly (readonly [writtenBy: Service, TelemetryEvent])[] = [
  ['backfiller', { kind: 'backfill-failed', logGroup: '/cloudjail/auth', error, givenUp: true }],
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
export function emittedMetrics(service: Service): readonly string[] {
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
  const services = new Set(Object.values(EVENTS).flatMap(([writtenBy]) => writtenBy));
  const lines = [...services].flatMap((service) => linesWrittenAs(service, 'DEBUG', '{"level"'));
  const logged: Record<string, unknown>[] = lines.map((line) => JSON.parse(line));
  return {
    fields: new Set(logged.flatMap((line) => Object.keys(line))),
    messages: new Set(logged.map(({ message }) => String(message))),
  };
}

function linesWrittenAs(service: Service, logLevel = 'SILENT', start = '{"_aws"'): readonly string[] {
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', service);
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', logLevel);
  const written: string[] = [];
  const keep = (text: unknown): boolean => written.push(String(text)) > 0;
  const streams = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep));
  try {
    const telemetry = emfTelemetry();
    for (const [writtenBy, event] of OTHERS) if (writtenBy === service) telemetry.emit(event);
    for (const [kind, [writtenBy, event]] of Object.entries(EVENTS)) {
      if (writtenBy.includes(service)) telemetry.emit({ kind, ...event } as TelemetryEvent);
    }
  } finally {
    for (const stream of streams) stream.mockRestore();
    vi.unstubAllEnvs();
  }
  return written.flatMap((text) => text.split('\n')).filter((line) => line.startsWith(start));
}

/** Those of all functions. */
export function everythingEmitted(): ReadonlySet<string> {
  return new Set([...new Set(Object.values(EVENTS).flatMap(([writtenBy]) => writtenBy))].flatMap(emittedMetrics));
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
