import { describe, expect, it } from 'vitest';
import { type BanMade, type Counting, type CountingPorts, countAndBan } from '../../../core/bans/count-and-ban.ts';
import { lifted } from '../../../core/bans/transitions.ts';
import { matchingJail } from '../../../core/intake/matching-jail.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { memoryStores } from '../../support/stores.ts';

const KEY = { jail: 'test', id: '9.0.0.1' };
const { rules } = matchingJail(plainJail({ maxretry: 3, findtime: 100, bantime: 150 }));

/** Matchers over the same stores, and the bans they reported. */
function system() {
  const stores = memoryStores();
  const told: number[] = [];
  const onBan = async ({ bannedAt }: BanMade): Promise<void> => {
    told.push(bannedAt);
  };
  const dead = async (): Promise<void> => {
    throw new Error('killed');
  };
  const ports: CountingPorts = { ...stores, telemetry: { emit: () => undefined } };
  const counting = (call: Counting['onBan'] & {}): Counting => ({ jail: KEY.jail, rules, now: 1000, onBan: call });
  const attempts = (times: readonly number[]) => ({
    key: KEY,
    attempts: times.map((time) => ({ time, event: `e${time}`, text: '' })),
  });
  return {
    stores,
    told,
    matched: (times: readonly number[]) => countAndBan(attempts(times), counting(onBan), ports),
    diedOf: (times: readonly number[]) =>
      expect(countAndBan(attempts(times), counting(dead), ports)).rejects.toThrow('killed'),
  };
}

describe('a ban whose maker died before it reported it', () => {
  it('is reported when the delivery comes again, though its last attempt came with another one', async () => {
    const { matched, diedOf, told } = system();
    await matched([1010]);
    await diedOf([1001, 1005]);
    await matched([1001, 1005]);
    expect(told).toEqual([1010]);
  });

  it('is reported by the run that removes its attempts, since none would find it due again', async () => {
    const { matched, diedOf, told } = system();
    await diedOf([1001, 1005, 1010]);
    await matched([1011, 1012, 1013, 1014]);
    expect(told).toEqual([1010]);
    await matched([1001, 1005, 1010]);
    expect(new Set(told)).toEqual(new Set([1010]));
  });

  it('is reported though it has been lifted and another one made meanwhile', async () => {
    const { stores, matched, diedOf, told } = system();
    await diedOf([1001, 1005, 1010]);
    const record = await stores.bans.read(KEY);
    if (record) await stores.bans.write(lifted(record, 1161));
    await matched([1170, 1171, 1172]);
    expect(told).toEqual([1172]);
    await matched([1001, 1005, 1010]);
    expect(new Set(told)).toEqual(new Set([1010, 1172]));
  });

  it('is not reported when it was too late to be made', async () => {
    const { stores, matched, told } = system();
    await matched([101, 105, 110]);
    expect(await stores.bans.read(KEY)).toMatchObject({ state: 'lifted', bannedAt: 110 });
    await matched([101, 105, 110]);
    expect(told).toEqual([]);
  });
});
