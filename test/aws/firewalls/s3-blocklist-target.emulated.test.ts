import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { s3BlocklistTarget } from '../../../aws/firewalls/s3-blocklist-target.ts';
import { BLOCKLIST_FILES, BLOCKLIST_FORMATS, type BlocklistFormat } from '../../../core/enforce/blocklist/formats.ts';
import { parsePlain } from '../../../core/enforce/blocklist/plain.ts';
import { formatCidr } from '../../../core/net/address.ts';
import type { BanTarget, TargetChange } from '../../../core/ports/ban-target.ts';
import { type S3, startS3 } from '../../../local/emulators/s3.ts';
import { banTargetContract, type TargetUnderTest } from '../../contracts/ban-target.contract.ts';
import { readBack } from '../../core/bans/blocklist/read-back.ts';

const BUCKET = 'lists';
const COPIES = BLOCKLIST_FORMATS.filter((format) => format !== 'plain');
let s3: S3;
let client: S3Client;
let places = 0;
let prefix = '';

beforeAll(async () => {
  s3 = await startS3();
  s3.objects.createBucket(BUCKET);
  client = newClient();
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});
beforeEach(() => {
  prefix = `place-${++places}/`;
  s3.faults.clear();
  s3.calls.clear();
});

function newClient(maxAttempts = 3): S3Client {
  return new S3Client({
    endpoint: s3.endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts,
  });
}

const target = (formats: readonly BlocklistFormat[] = COPIES, using = client): BanTarget =>
  s3BlocklistTarget(using, { bucket: BUCKET, prefix, formats });

const textOf = (format: BlocklistFormat): string | undefined =>
  s3.objects.get(BUCKET, `${prefix}${BLOCKLIST_FILES[format]}`)?.body.toString();
const idsOf = (format: BlocklistFormat): readonly string[] => readBack(format, textOf(format) ?? '');
const byHand = (format: BlocklistFormat, text: string): void =>
  s3.objects.put(BUCKET, `${prefix}${BLOCKLIST_FILES[format]}`, text);

const present = (...ids: string[]): TargetChange => ({
  present: ids.map((id) => ({ id, ports: 'all' })),
  absent: [],
});
const absent = (...ids: string[]): TargetChange => ({ present: [], absent: ids });
const converge = (change: TargetChange, on = target()) => on.converge('all', async () => change);
const puts = (): string[] =>
  s3.calls.find({ operation: 'PutObject' }).map(({ input }) => String(input['Key']).slice(prefix.length));

/** Every form bans the same. */
function expectPublished(...ids: string[]): void {
  for (const format of BLOCKLIST_FORMATS) expect([format, idsOf(format)]).toEqual([format, ids]);
}

banTargetContract('blocklist in S3', async (): Promise<TargetUnderTest> => {
  prefix = `contract-${++places}/`;
  return {
    target: target(),
    entries: () => parsePlain(textOf('plain') ?? '').ranges.map(formatCidr),
    overwrite: (ids) => byHand('plain', ids.join('\n')),
    beforeNextWrite: (run) => {
      s3.faults.inject({ operation: 'PutObject', fault: { kind: 'meanwhile', run } });
    },
    callsSince: () => {
      const count = (operation: string) => s3.calls.find({ operation }).length;
      const calls = { reads: count('GetObject'), writes: count('PutObject') };
      s3.calls.clear();
      return calls;
    },
  };
});

describe('s3BlocklistTarget', () => {
  it('publishes an empty list before the first ban, so that hosts find one', async () => {
    expect(await converge(present())).toMatchObject({ added: [], held: 0, overflow: [] });
    expect(puts().sort()).toEqual(Object.values(BLOCKLIST_FILES).sort());
    expectPublished();
  });

  it('writes each form once a change, and none without one', async () => {
    await converge(present('198.51.100.1', '2001:db8::/64'));
    expect(puts()).toHaveLength(5);
    expectPublished('198.51.100.1', '2001:db8::/64');
    s3.calls.clear();
    await converge(present('198.51.100.1'));
    expect(puts()).toEqual([]);
    await converge(absent('198.51.100.1'));
    expect(puts()).toHaveLength(5);
    expect(textOf('plain')).toBe('# cloudjail blocklist: 1 entries, revision 2\n2001:db8::/64\n');
    expectPublished('2001:db8::/64');
  });

  it('writes the forms it was set to, and the plain one always', async () => {
    await converge(present('198.51.100.1'), target(['nginx']));
    expect(puts().sort()).toEqual(['banned.txt', 'nginx-deny.conf']);
  });

  it('lets caches ask each time, and is text', async () => {
    await converge(present('198.51.100.1'));
    const { headers } = s3.objects.get(BUCKET, `${prefix}banned.nft`) ?? {};
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' });
    expect(Object.keys(headers ?? {})).not.toContain('x-amz-acl');
  });

  it('keeps entries added by hand, publishes them in every form, and drops what is no entry', async () => {
    byHand('plain', '# office, do not touch\n203.0.113.9\n<html>\n');
    expect(await converge(present('198.51.100.1'))).toMatchObject({ added: ['198.51.100.1'], held: 2 });
    expectPublished('198.51.100.1', '203.0.113.9');
    expect(textOf('plain')).not.toContain('html');
  });

  it.each(COPIES)('repairs %s when it was edited or deleted', async (format) => {
    await converge(present('198.51.100.1'));
    const good = textOf(format);
    s3.calls.clear();
    byHand(format, 'nothing');
    await converge(present());
    expect(textOf(format)).toBe(good);
    s3.objects.remove(BUCKET, `${prefix}${BLOCKLIST_FILES[format]}`);
    await converge(present());
    expect(textOf(format)).toBe(good);
    expect(puts()).toEqual([BLOCKLIST_FILES[format], BLOCKLIST_FILES[format]]);
  });

  it('asks again when the list was deleted, or is being written, while it planned', async () => {
    await converge(present('198.51.100.1'));
    const remove = () => s3.objects.remove(BUCKET, `${prefix}banned.txt`);
    for (const fault of [{ kind: 'conflict' }, { kind: 'meanwhile', run: remove }] as const) {
      let asked = 0;
      s3.faults.inject({ operation: 'PutObject', fault });
      await target().converge('all', async (held) => {
        asked++;
        return held.has('198.51.100.2') ? absent('198.51.100.2') : present('198.51.100.1', '198.51.100.2');
      });
      expect(asked).toBe(2);
    }
    expectPublished('198.51.100.1', '198.51.100.2');
  });

  it('gives up, with the name, when another writer is always faster', async () => {
    s3.faults.inject({ operation: 'PutObject', fault: { kind: 'conflict' }, times: Number.POSITIVE_INFINITY });
    await expect(converge(present('198.51.100.1'))).rejects.toThrow(`s3://lists/${prefix}banned.txt: changed by`);
  });

  it('throws what is no conflict: a bucket that is not there, a service in trouble', async () => {
    const nowhere = s3BlocklistTarget(client, { bucket: 'nowhere', prefix, formats: [] });
    await expect(converge(present('198.51.100.1'), nowhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const once = newClient(1);
    s3.faults.inject({ operation: 'PutObject', fault: { kind: 'internal-error' } });
    await expect(converge(present('198.51.100.1'), target(COPIES, once))).rejects.toMatchObject({
      name: 'InternalError',
    });
    once.destroy();
  });
});

describe('banners at once and banners that die', () => {
  it.each([
    ['HeadObject', 'banned.nft'],
    ['GetObject', 'banned.txt'],
    ['PutObject', 'banned.txt'],
    ['PutObject', 'banned.nft'],
  ])('one overtaken at its %s of %s puts no older list over the newer one', async (operation, file) => {
    await converge(present('198.51.100.1'));
    let overtaken = 0;
    const fast = async () => {
      overtaken++;
      await converge({ ...present('198.51.100.3'), absent: ['198.51.100.1'] });
    };
    const when = ({ Key }: Readonly<Record<string, unknown>>) => Key === `${prefix}${file}`;
    s3.faults.inject({ operation, when, fault: { kind: 'meanwhile', run: fast } });
    await converge(present('198.51.100.2'));
    expect(overtaken).toBe(1);
    expectPublished('198.51.100.2', '198.51.100.3');
  });

  it('eight at once lose nothing, in any form', async () => {
    const ids = Array.from({ length: 8 }, (_, i) => `198.51.100.${i}`);
    await Promise.all(ids.map((id) => converge(present(id))));
    expectPublished(...ids);
    expect(s3.calls.count('s3', 'PutObject').failed['PreconditionFailed']).toBeGreaterThan(0);
  });

  it.each(['before', 'after'] as const)(
    'one killed %s any of its writes leaves what the next repairs',
    async (side) => {
      const mortal = newClient(1);
      for (let k = 1; k <= 5; k++) {
        prefix = `killed-${side}-${k}/`;
        await converge(present('198.51.100.1'));
        const kill = s3.faults.killAtWrite(k, side);
        await expect(converge(present('198.51.100.2'), target(COPIES, mortal))).rejects.toThrow();
        kill.remove();
        await converge(present('198.51.100.2'));
        expectPublished('198.51.100.1', '198.51.100.2');
      }
      mortal.destroy();
    },
  );

  it('a write that was done and answered with an error is not done twice', async () => {
    await converge(present('198.51.100.1'));
    s3.faults.inject({ operation: 'PutObject', fault: { kind: 'internal-error', written: true } });
    await converge(present('198.51.100.2'));
    expect(textOf('plain')).toContain('revision 2\n');
    expectPublished('198.51.100.1', '198.51.100.2');
  });
});

it('holds 50,000 bans and their end', async () => {
  const ids = Array.from({ length: 50_000 }, (_, i) =>
    i % 10 === 0
      ? `2001:db8:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::/64`
      : `11.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  );
  const change = present(...ids);
  expect(await converge(change)).toMatchObject({ held: 50_000, overflow: [] });
  for (const format of BLOCKLIST_FORMATS) expect(new Set(idsOf(format)).size).toBe(50_000);
  s3.calls.clear();
  expect((await converge(change)).added).toEqual([]);
  expect(puts()).toEqual([]);
  expect((await converge(absent(ids[1] ?? ''))).held).toBe(49_999);
  expect(puts()).toHaveLength(5);
});
