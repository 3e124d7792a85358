import { describe, expect, it } from 'vitest';
import { enforceChanged, reconcile } from '../../../core/enforce/enforce.ts';
import type { BanTarget } from '../../../core/ports/ban-target.ts';
import type { Confirmation } from '../../../core/ports/confirmation-store.ts';
import { memoryBanTarget } from '../../memory/memory-ban-target.ts';
import { confirmation, DAY, system } from './confirm-lab.ts';

describe('what a target holds of ours', () => {
  it('is confirmed when it has been put there, and no longer when it has been taken out', async () => {
    const under = system([memoryBanTarget()]);
    const ports = under.container();
    await under.ban('9.0.0.1');
    await under.ban('9.0.0.2', { bantime: -1 });
    await under.ban('9.0.0.3', { jail: 'dry' });
    under.time.now = 1007.5;
    await enforceChanged(['9.0.0.1', '9.0.0.2', '9.0.0.3'], ports);
    const ban = { jail: 'sshd', bannedAt: 1000, since: 1007.5 };
    expect(await under.confirmed('9.0.0.1')).toEqual(confirmation('9.0.0.1', [ban], 1600 + 90 * DAY));
    expect(await under.confirmed('9.0.0.2')).toEqual(confirmation('9.0.0.2', [ban], undefined));
    expect(await under.confirmed('9.0.0.3')).toBeUndefined();
    await under.lift('9.0.0.1');
    await enforceChanged(['9.0.0.1'], ports);
    await under.lift('9.0.0.2');
    await reconcile(ports);
    expect(await under.store.get([confirmation('9.0.0.1', [], 0), confirmation('9.0.0.2', [], 0)])).toEqual([]);
  });

  it('is confirmed for each ban, since the target has held it for that ban, until the last of them ends', async () => {
    const under = system([memoryBanTarget()]);
    const ports = under.container();
    await under.ban('9.0.0.1');
    await reconcile(ports);
    under.time.now = 1200;
    await under.ban('9.0.0.1', { jail: 'ftp', bantime: 10_000 });
    await reconcile(ports);
    const bans = [
      { jail: 'sshd', bannedAt: 1000, since: 1000 },
      { jail: 'ftp', bannedAt: 1200, since: 1200 },
    ];
    expect(await under.confirmed('9.0.0.1')).toEqual(confirmation('9.0.0.1', bans, 11_200 + 90 * DAY));
    under.time.now = 1300;
    await under.ban('9.0.0.1', { bantime: -1 });
    await reconcile(ports);
    expect(await under.confirmed('9.0.0.1')).toEqual(confirmation('9.0.0.1', bans, undefined));
  });

  it('is not confirmed where a full target had no room, nor any more where it gave its place away', async () => {
    const target = memoryBanTarget(1);
    const under = system([target]);
    const ports = under.container();
    await under.ban('9.0.0.1');
    await reconcile(ports);
    await under.ban('9.0.0.2', { bantime: -1 });
    await reconcile(ports);
    expect([...target.entries]).toEqual(['9.0.0.2']);
    expect(await under.confirmed('9.0.0.1')).toBeUndefined();
    expect(await under.confirmed('9.0.0.2')).toBeDefined();
  });

  it('is what an indirect target reports, whatever it shows', async () => {
    const target: BanTarget = {
      name: 'memory',
      whole: true,
      indirect: true,
      converge: async (_ids, plan) => {
        await plan(new Set(['9.0.0.0/31']));
        return { added: [], removed: [], overflow: [], enforced: ['9.0.0.1'], held: 1, capacity: 1 };
      },
    };
    const under = system([target]);
    await under.ban('9.0.0.0');
    await under.ban('9.0.0.1');
    await reconcile(under.container());
    expect(await under.confirmed('9.0.0.0')).toBeUndefined();
    expect(await under.confirmed('9.0.0.1')).toBeDefined();
  });

  it('costs a warm container nothing while nothing changes, a cold one a read of each', async () => {
    const under = system([memoryBanTarget()]);
    for (let i = 0; i < 2000; i++) await under.ban(`9.0.${i >> 8}.${i & 255}`);
    const warm = under.container();
    await reconcile(warm);
    expect(under.calls).toEqual({ get: [2000], put: [2000], delete: [] });
    under.noCalls();
    for (let i = 0; i < 5; i++) await reconcile(warm);
    expect(under.calls).toEqual({ get: [], put: [], delete: [] });
    const cold = under.container();
    for (let i = 0; i < 5; i++) await reconcile(cold);
    expect(under.calls).toEqual({ get: [2000], put: [], delete: [] });
    under.noCalls();
    under.time.now += 3601;
    await reconcile(warm);
    expect(under.calls).toEqual({ get: [2000], put: [], delete: [] });
  });

  it.each(['put', 'delete', 'get'] as const)('is recorded by the next run when %s fails', async (method) => {
    const target = memoryBanTarget();
    const good = { ...memoryBanTarget(), name: 'good' };
    const under = system([target, good]);
    const failing = { on: true };
    const ports = under.container({
      ...under.store,
      [method]: async (keys: readonly Confirmation[]) => {
        const broken = failing.on && keys.some((key) => key.target === 'memory');
        if (broken) throw new Error('no answer');
        return await (under.store[method] as (all: readonly Confirmation[]) => Promise<never>)(keys);
      },
    });
    await under.ban('9.0.0.2');
    await enforceChanged(['9.0.0.2'], ports).catch(() => undefined);
    failing.on = false;
    await reconcile(ports);
    failing.on = true;
    await under.ban('9.0.0.1');
    await under.lift('9.0.0.2');
    under.events.length = 0;
    const ids = ['9.0.0.1', '9.0.0.2'];
    await expect(enforceChanged(ids, ports)).rejects.toThrow('no answer');
    expect([...target.entries]).toEqual(['9.0.0.1']);
    expect([...good.entries]).toEqual(['9.0.0.1']);
    expect((await under.store.get([{ target: 'good', id: '9.0.0.1' }])).length).toBe(1);
    expect(under.events.filter(({ kind }) => kind === 'target-converged')).toHaveLength(2);
    expect(under.events).toContainEqual(expect.objectContaining({ kind: 'confirmation-failed', target: 'memory' }));
    failing.on = false;
    // The batch that failed comes again.
    await enforceChanged(ids, under.container());
    expect(await under.confirmed('9.0.0.1')).toBeDefined();
    expect(await under.confirmed('9.0.0.2')).toBeUndefined();
  });

  it('is ours though its record is gone; what others put in is not', async () => {
    const target = memoryBanTarget();
    const under = system([target]);
    target.entries.add('8.8.8.8').add('9.0.0.1');
    await under.store.put([confirmation('9.0.0.1', [{ jail: 'sshd', bannedAt: 1, since: 1 }], undefined)]);
    const ports = under.container();
    await reconcile(ports);
    expect([...target.entries]).toEqual(['8.8.8.8']);
    expect(await under.confirmed('9.0.0.1')).toBeUndefined();
    under.noCalls();
    await reconcile(ports);
    expect(under.calls.get).toEqual([]);
  });

  it('stays where confirmations cannot be read, and bans are enforced all the same', async () => {
    const target = memoryBanTarget();
    const under = system([target]);
    target.entries.add('8.8.8.8');
    const ports = under.container({ ...under.store, get: () => Promise.reject(new Error('no answer')) });
    await expect(reconcile(ports)).rejects.toThrow('no answer');
    await under.ban('9.0.0.1');
    await expect(reconcile(ports)).rejects.toThrow('no answer');
    expect([...target.entries]).toEqual(['8.8.8.8', '9.0.0.1']);
  });

  it('is reported when it was gone and stands there again', async () => {
    const target = memoryBanTarget();
    const under = system([target]);
    const ports = under.container();
    await under.ban('9.0.0.1');
    await under.ban('9.0.0.2');
    await reconcile(ports);
    expect(under.events.filter(({ kind }) => kind === 'entries-put-back')).toEqual([]);
    target.entries.delete('9.0.0.1');
    under.time.now = 1100;
    await reconcile(ports);
    // It has not been held all the while.
    expect((await under.confirmed('9.0.0.1'))?.bans).toEqual([{ jail: 'sshd', bannedAt: 1000, since: 1100 }]);
    expect(under.events).toContainEqual({ kind: 'entries-put-back', target: 'memory', ids: ['9.0.0.1'] });
  });

  it('is reported with the time it took: from when the ban was put on record, and from when it ended', async () => {
    const under = system([memoryBanTarget()]);
    const ports = under.container();
    const told = () => under.events.splice(0).filter(({ kind }) => kind === 'changes-confirmed');
    const none = { seconds: [], late: 0 };
    await under.ban('9.0.0.1');
    await under.ban('9.0.0.2', { bantime: -1 });
    under.time.now = 1002.5;
    await under.ban('9.0.0.3', { jail: 'dry' });
    await enforceChanged(['9.0.0.1', '9.0.0.2', '9.0.0.3'], ports);
    const enforced = { seconds: [2.5, 2.5], late: 0 };
    expect(told()).toEqual([{ kind: 'changes-confirmed', target: 'memory', enforced, ended: none }]);
    // Nothing new: no other container and no prolonging makes it new again.
    await under.ban('9.0.0.1', { bantime: 900 });
    await reconcile(ports);
    await reconcile(under.container());
    expect(told()).toEqual([]);
    // The end of its bantime counts, not when it was marked as lifted.
    under.time.now = 1902.5 + 30;
    await under.lift('9.0.0.1');
    under.time.now += 5;
    await under.lift('9.0.0.2');
    under.time.now += 1;
    await reconcile(ports);
    const ended = { seconds: [1, 36.5], late: 0 };
    expect(told()).toEqual([{ kind: 'changes-confirmed', target: 'memory', enforced: none, ended }]);
    await reconcile(under.container());
    expect(told()).toEqual([]);
  });

  it('shows nothing about how fast it was where there was no room before, or no target', async () => {
    const target = memoryBanTarget(1);
    const under = system([target]);
    const ports = under.container();
    await under.ban('9.0.0.1');
    await under.ban('9.0.0.2', { bantime: -1 });
    await reconcile(ports);
    expect([...target.entries]).toEqual(['9.0.0.2']);
    under.events.length = 0;
    under.time.now = 1000 + 1200;
    await under.ban('9.0.0.1', { bantime: 9000 });
    await under.lift('9.0.0.2');
    under.time.now += 901;
    await reconcile(ports);
    expect([...target.entries]).toEqual(['9.0.0.1']);
    const [told] = under.events.filter((event) => event.kind === 'changes-confirmed');
    expect(told).toMatchObject({ enforced: { seconds: [], late: 1 }, ended: { seconds: [901], late: 0 } });
  });

  it('is no end where a ban is elsewhere or spared now', async () => {
    const target = memoryBanTarget();
    const under = system([target]);
    await under.ban('9.0.0.1');
    await reconcile(under.container());
    under.events.length = 0;
    under.time.now = 1100;
    await reconcile({ ...under.container(), exempt: () => () => 'ignoreip' });
    expect([...target.entries]).toEqual([]);
    expect(under.events.filter(({ kind }) => kind === 'changes-confirmed')).toEqual([]);
  });

  it('comes with how many bans hold, wherever they are to be enforced, when everything was compared', async () => {
    const under = system([memoryBanTarget()]);
    await under.ban('9.0.0.1');
    await under.ban('9.0.0.1', { jail: 'ftp' });
    await under.ban('user', { jail: 'dry' });
    await enforceChanged(['9.0.0.1'], under.container());
    await reconcile(under.container());
    const told = under.events.flatMap((event) => (event.kind === 'target-converged' ? [event.active] : []));
    expect(told).toEqual([undefined, 3]);
  });
});
