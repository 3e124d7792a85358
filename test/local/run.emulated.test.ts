import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deliveries, type FileDelivery } from '../../cli/demo/deliveries.ts';
import { run } from '../../cli/demo/run.ts';
import { openLogFile } from '../../cli/input/log-file.ts';
import { readLines } from '../../cli/input/read-lines.ts';
import type { RunEvent, Screen } from '../../cli/output/run-event.ts';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { createDateDetector } from '../../core/dates/detector/date-detector.ts';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import type { CompiledJails } from '../../core/records/compiled-jail.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { synthesize } from '../../local/synthesize.ts';
import type { StackTemplate } from '../../local/template.ts';

const OPENSSH = fileURLToPath(new URL('../../../shared/logs/openssh-2k.log', import.meta.url));
const present = existsSync(OPENSSH);
if (!present) console.warn('SKIPPED: the run over openssh-2k.log, which is not in the repository (see Loghub)');
/** The log has no year; any "now" after it will do. */
const NOW = Date.UTC(2026, 0, 1) / 1000;

type Made = Pick<Extract<RunEvent, { event: 'ban' }>, 'id' | 'time'>;

let template: StackTemplate;
let jails: CompiledJails;
let aws: EmbeddedAws | undefined;

beforeAll(async () => {
  template = await synthesize();
  jails = compileJails(configDirectory(), { only: ['sshd'], set: { loggroup: '/log' } }).compiled;
});
afterEach(async () => {
  await aws?.close();
  aws = undefined;
});

const FAILED_TRIES = [
  /Failed (?:password|none) for (?:invalid user )?.* from (\S+) port/,
  /Invalid user .* from (\S+)$/,
  /Received disconnect from (\S+): 3: .*Auth fail/,
];

/**
 * maxretry 5, findtime 600, bantime 600 over what an eye finds in the log; shares nothing with the
 * product.
 */
function bansByScript(log: string): Made[] {
  const tries = new Map<string, number[]>();
  for (const line of log.split(/\r?\n/)) {
    const ip = FAILED_TRIES.map((tried) => tried.exec(line)?.[1]).find((found) => found !== undefined);
    if (!ip) continue;
    const time = Date.parse(`${line.slice(0, 15)} 2025 UTC`) / 1000;
    tries.set(ip, [...(tries.get(ip) ?? []), time]);
  }
  const bans: Made[] = [];
  for (const [id, times] of tries) {
    let window: number[] = [];
    let end = 0;
    for (const time of times) {
      if (time <= end) continue;
      window = [...window.filter((earlier) => earlier > time - 600), time];
      if (window.length < 5) continue;
      bans.push({ id, time });
      window = [];
      end = time + 600;
    }
  }
  return sorted(bans);
}

const sorted = (bans: readonly Made[]): Made[] =>
  bans.map(({ id, time }) => ({ id, time })).sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));

async function cutLog(mostEvents: number, mostSeconds: number): Promise<FileDelivery[]> {
  const dates = jails.jails[0]?.match.dates;
  const lines = readLines(await openLogFile(OPENSSH));
  const detector = dates && createDateDetector(dates);
  const source = { logGroup: '/log', logStream: 'host' };
  const all: FileDelivery[] = [];
  for await (const delivery of deliveries(lines, source, detector, NOW, { mostEvents, mostSeconds }))
    all.push(delivery);
  return all;
}

async function play(feed: readonly FileDelivery[]): Promise<{ events: RunEvent[]; bans: Made[] }> {
  aws = await startEmbeddedAws(template, jails);
  const events: RunEvent[] = [];
  const screen: Screen = { show: (event) => events.push(event), progress: () => undefined, close: () => undefined };
  await run(
    aws,
    (async function* () {
      yield* feed;
    })(),
    1,
    screen,
  );
  return { events, bans: sorted(events.filter((event) => event.event === 'ban')) };
}

describe.skipIf(!present)('a run over openssh-2k.log', () => {
  it('makes the 14 bans of an exact sliding window, lifts them all, and leaves the IP sets empty', async () => {
    const expected = bansByScript(readFileSync(OPENSSH, 'utf8'));
    expect(expected).toHaveLength(14);
    const { events, bans } = await play(await cutLog(1000, 10));
    expect(bans).toEqual(expected);
    expect(events.filter((event) => event.event === 'unban')).toHaveLength(14);
    expect(events.filter((event) => event.event === 'ipset').slice(2)).toEqual([
      { event: 'ipset', family: 'IPV4', addresses: [] },
      { event: 'ipset', family: 'IPV6', addresses: [] },
    ]);
    expect(events.at(-1)).toMatchObject({ event: 'summary', lines: 2000, bans: 14, unbans: 14 });
  });

  it.each([
    ['a line at a time', 1, 10],
    // What is more than a minute ahead of the matcher's clock would count as a minute ahead.
    ['seven lines at a time', 7, 60],
    ['a minute at a time', 2000, 60],
  ])('makes the same bans when delivered %s', async (_, mostEvents, mostSeconds) => {
    const { bans } = await play(await cutLog(mostEvents, mostSeconds));
    expect(bans).toEqual(bansByScript(readFileSync(OPENSSH, 'utf8')));
  });

  it('makes the same bans when every delivery comes twice, the second time late', async () => {
    const feed = await cutLog(100, 10);
    const twice = feed.flatMap((delivery, i) => [delivery, ...feed.slice(Math.max(0, i - 3), i)]);
    expect((await play(twice)).bans).toEqual(bansByScript(readFileSync(OPENSSH, 'utf8')));
  });

  it('makes the same bans when each address is logged by another host and the hosts deliver in any order', async () => {
    const hosts = 4;
    const hostOf = (message: string): number => (/from (\S+)/.exec(message)?.[1] ?? message).length % hosts;
    const feed = acrossStreams(await cutLog(200, 60), hosts, ({ message }) => hostOf(message));
    const reordered = feed.toSorted((a, b) => b.batch.logStream.localeCompare(a.batch.logStream));
    expect((await play(reordered)).bans).toEqual(bansByScript(readFileSync(OPENSSH, 'utf8')));
  });

  it('bans the same ids when the tries of one address come through five streams, shuffled', async () => {
    const feed = acrossStreams(await cutLog(50, 60), 5, (_, i) => i % 5).reverse();
    const byMinute = feed.toSorted((a, b) => minuteOf(a) - minuteOf(b));
    const { bans } = await play(byMinute);
    const ids = (list: readonly Made[]): Set<string> => new Set(list.map((ban) => ban.id));
    expect(ids(bans)).toEqual(ids(bansByScript(readFileSync(OPENSSH, 'utf8'))));
  });
});

/** Deals the events of each delivery out to streams. */
function acrossStreams(
  feed: readonly FileDelivery[],
  streams: number,
  streamOf: (event: LogEvent, index: number) => number,
): FileDelivery[] {
  return feed.flatMap(({ batch, bytesRead }) =>
    Array.from({ length: streams }, (_, stream) => ({
      bytesRead,
      batch: {
        ...batch,
        logStream: `host-${stream}`,
        events: batch.events.filter((event, i) => streamOf(event, i) === stream),
      },
    })).filter((delivery) => delivery.batch.events.length > 0),
  );
}

function minuteOf(delivery: FileDelivery): number {
  return Math.floor((delivery.batch.events[0]?.timestampMs ?? 0) / 60_000);
}
