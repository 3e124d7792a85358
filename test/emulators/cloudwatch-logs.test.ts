import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  InvalidParameterException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloudWatchLogs, startCloudWatchLogs } from './cloudwatch-logs.ts';
import { cloudWatchLogsClient } from './cloudwatch-logs-client.ts';
import type { TermReading } from './cloudwatch-logs-pattern.ts';

const START = 1_700_000_000_000;
const HOUR = 3_600_000;
const GROUP = '/cloudjail/var/log/auth.log';

let clock = START;
let logs: CloudWatchLogs;
let client: CloudWatchLogsClient;

beforeEach(async () => {
  clock = START;
  logs = await startCloudWatchLogs({ now: () => clock });
  client = cloudWatchLogsClient(logs.endpoint);
});

afterEach(async () => {
  client.destroy();
  await logs.close();
});

/** One page; quotas recover before. */
function page(input: Partial<FilterLogEventsCommandInput> = {}) {
  clock += 1_000;
  return client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));
}

async function allPages(input: Partial<FilterLogEventsCommandInput> = {}) {
  const pages = [await page(input)];
  for (let token = pages.at(-1)?.nextToken; token !== undefined; token = pages.at(-1)?.nextToken) {
    pages.push(await page({ ...input, nextToken: token }));
  }
  return pages.map(({ events = [] }) => events);
}

async function messages(input: Partial<FilterLogEventsCommandInput> = {}) {
  return (await allPages(input)).flat().map(({ message }) => message);
}

describe('FilterLogEvents', () => {
  it('sorts the events of all streams by timestamp, then by when they came', async () => {
    logs.groups.put(GROUP, 'b', [
      { timestamp: START - 2_000, message: 'third' },
      { timestamp: START - 4_000, message: 'first' },
    ]);
    clock += 10;
    logs.groups.put(GROUP, 'a', [{ timestamp: START - 4_000, message: 'second' }]);
    expect(await messages()).toEqual(['first', 'second', 'third']);
  });

  it("returns an event's stream, id, timestamp and ingestion time", async () => {
    const [kept] = logs.groups.put(GROUP, 'web-1', [{ timestamp: START - 5, message: 'hello' }]);
    const [events] = await allPages();
    expect(events).toEqual([
      { logStreamName: 'web-1', timestamp: START - 5, message: 'hello', ingestionTime: START, eventId: kept?.id },
    ]);
    expect(kept?.id).toMatch(/^\d{56}$/);
  });

  it('takes both ends of the span for part of it', async () => {
    const around = [-2, -1, 0, 1].map((ms) => ({ timestamp: START + ms, message: String(ms) }));
    logs.groups.put(GROUP, 's', around);
    expect(await messages({ startTime: START - 1, endTime: START })).toEqual(['-1', '0']);
  });

  it('ends a page at 10,000 events, at the limit, and at a megabyte', async () => {
    const events = Array.from({ length: 10_001 }, (_, index) => ({ timestamp: START + index, message: `${index}` }));
    logs.groups.put(GROUP, 's', events);
    const sizes = async (input: Partial<FilterLogEventsCommandInput>) =>
      (await allPages(input)).map(({ length }) => length).filter((length) => length > 0);
    expect(await sizes({ startTime: START })).toEqual([10_000, 1]);
    expect(await sizes({ startTime: START, endTime: START + 4, limit: 2 })).toEqual([2, 2, 1]);

    logs.groups.put(
      '/big',
      's',
      Array.from({ length: 5 }, () => ({ timestamp: START, message: 'x'.repeat(400_000) })),
    );
    expect(await sizes({ logGroupName: '/big' })).toEqual([2, 2, 1]);
  });

  it('answers empty pages where the log is silent for long', async () => {
    logs.groups.put(GROUP, 's', [
      { timestamp: START - 20 * HOUR, message: 'then' },
      { timestamp: START, message: 'now' },
    ]);
    const pages = await allPages({ startTime: START - 30 * HOUR });
    expect(pages.filter(({ length }) => length === 0).length).toBeGreaterThan(2);
    expect(pages.flat().map(({ message }) => message)).toEqual(['then', 'now']);
  });

  it('reads chosen streams', async () => {
    for (const stream of ['web-1', 'web-2', 'db-1']) {
      logs.groups.put(GROUP, stream, [{ timestamp: START, message: stream }]);
    }
    expect(await messages({ logStreamNamePrefix: 'web' })).toEqual(['web-1', 'web-2']);
    expect(await messages({ logStreamNames: ['db-1'] })).toEqual(['db-1']);
    await expect(page({ logStreamNames: ['db-1'], logStreamNamePrefix: 'web' })).rejects.toThrow(
      InvalidParameterException,
    );
  });

  it('knows the log groups of the Region, as long as they are there', async () => {
    await client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: GROUP }))).rejects.toThrow(
      ResourceAlreadyExistsException,
    );
    expect(await messages()).toEqual([]);
    const elsewhere = cloudWatchLogsClient(logs.endpoint, { region: 'eu-west-1' });
    await expect(elsewhere.send(new FilterLogEventsCommand({ logGroupName: GROUP }))).rejects.toThrow(
      ResourceNotFoundException,
    );
    elsewhere.destroy();
    await client.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
    await expect(page()).rejects.toThrow(ResourceNotFoundException);
  });

  it('takes a token for a day, and for the search it came from', async () => {
    const events = [1, 2, 3].map((index) => ({ timestamp: START - index, message: `${index}` }));
    logs.groups.put(GROUP, 's', events);
    const { nextToken } = await page({ limit: 1 });
    expect((await page({ limit: 1, nextToken })).events?.map(({ message }) => message)).toEqual(['2']);
    await expect(page({ startTime: START - 2, nextToken })).rejects.toThrow('The specified nextToken is invalid.');
    clock += 24 * HOUR;
    await expect(page({ limit: 1, nextToken })).rejects.toThrow(InvalidParameterException);
    await expect(page({ nextToken: 'nonsense' })).rejects.toThrow(InvalidParameterException);
  });

  it('goes on behind what it handed out, whatever comes meanwhile', async () => {
    logs.groups.put(GROUP, 's', [
      { timestamp: START - 3, message: 'a' },
      { timestamp: START - 1, message: 'c' },
    ]);
    const { nextToken } = await page({ limit: 1 });
    logs.groups.put(GROUP, 's', [
      { timestamp: START - 4, message: 'too late' },
      { timestamp: START - 2, message: 'b' },
    ]);
    const { events } = await page({ nextToken });
    expect(events?.map(({ message }) => message)).toEqual(['b', 'c']);
  });

  it.each([
    ['us-east-1', 25],
    ['eu-central-1', 5],
    ['eu-west-1', 10],
  ])('takes so many calls a second in %s: %i', async (region, quota) => {
    logs.groups.create(GROUP, region);
    const there = cloudWatchLogsClient(logs.endpoint, { region });
    const call = () => there.send(new FilterLogEventsCommand({ logGroupName: GROUP, startTime: clock }));
    for (let count = 0; count < quota; count++) await call();
    await expect(call()).rejects.toMatchObject({ name: 'ThrottlingException' });
    clock += 1_000 / quota;
    await call();
    there.destroy();
  });

  it('names the member that breaks a rule', async () => {
    logs.groups.create(GROUP);
    await expect(page({ limit: 10_001 })).rejects.toThrow(/'limit' failed to satisfy constraint/);
    await expect(page({ logGroupName: 'a b' })).rejects.toThrow(InvalidParameterException);
  });
});

describe('TestMetricFilter', () => {
  async function passed(filterPattern: string, logEventMessages: readonly string[], terms: TermReading = 'word') {
    const apart = await startCloudWatchLogs({ terms });
    const by = cloudWatchLogsClient(apart.endpoint);
    try {
      const command = new TestMetricFilterCommand({ filterPattern, logEventMessages: [...logEventMessages] });
      return ((await by.send(command)).matches ?? []).map(({ eventMessage }) => eventMessage);
    } finally {
      by.destroy();
      await apart.close();
    }
  }

  it('finds terms as words or anywhere, as configured', async () => {
    const lines = ['Failed password', 'xFailed password', 'failed password', 'Failed9', '[Failed]'];
    expect(await passed('"Failed"', lines)).toEqual(['Failed password', '[Failed]']);
    expect(await passed('"Failed"', lines, 'substring')).toEqual(lines.filter((line) => line.includes('Failed')));
  });

  it('finds phrases with signs in them, and any of several', async () => {
    const lines = ['sshd[1]: Invalid user', 'Invalid  user', 'GET /.env', 'nothing'];
    expect(await passed('?"Invalid user" ?"/.env"', lines)).toEqual([lines[0], lines[2]]);
    expect(await passed('', lines)).toEqual(lines);
  });

  it('takes 1 to 50 messages, none empty, and patterns it knows', async () => {
    const refused = expect.objectContaining({ name: 'InvalidParameterException' });
    await expect(passed('"a"', [])).rejects.toEqual(refused);
    await expect(
      passed(
        '"a"',
        Array.from({ length: 51 }, () => 'a'),
      ),
    ).rejects.toEqual(refused);
    expect(
      await passed(
        '"a"',
        Array.from({ length: 50 }, () => 'a'),
      ),
    ).toHaveLength(50);
    await expect(passed('"a"', ['a', ''])).rejects.toEqual(refused);
    await expect(passed(`"${'a'.repeat(1023)}"`, ['a'])).rejects.toEqual(refused);
    await expect(passed('?a "b"', ['a'])).rejects.toEqual(refused);
  });

  it('takes five calls a second', async () => {
    const command = new TestMetricFilterCommand({ filterPattern: '', logEventMessages: ['a'] });
    for (let count = 0; count < 5; count++) await client.send(command);
    await expect(client.send(command)).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
