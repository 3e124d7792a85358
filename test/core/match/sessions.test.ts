import { describe, expect, it } from 'vitest';
import type { Captured } from '../../../core/match/group-reader.ts';
import { createSessions, type SessionsState } from '../../../core/match/sessions.ts';

const id = 'host sshd[1]: ';

type Tags = Partial<Record<'ip4' | 'user' | 'nofail' | 'mlfforget' | 'mlfgained', string>>;

function capturing({ nofail, mlfforget, mlfgained, ...groups }: Tags): Captured {
  return { groups, content: undefined, mlfid: id, nofail, mlfforget, mlfgained };
}

/** Adds lines named by their own text to one session and returns the result of each. */
function trace(steps: readonly Tags[], sessions = createSessions(), first = 1) {
  return steps.map((tags, step) => {
    const session = sessions.add(id, capturing(tags), [`line ${first + step}`], 1000 + step);
    if (session.nofail) return 'nofail';
    if (session.groups['ip4'] === undefined) {
      session.pending = true;
      return 'pending';
    }
    return session.lines.map((line) => Number(line.slice(5)));
  });
}

const from = { ip4: '192.0.2.1' };

describe('sessions', () => {
  it('reports a nofail line with the failure that follows it, once', () => {
    expect(trace([{ ...from, nofail: 'Connection' }, from, from])).toEqual(['nofail', [1, 2], [3]]);
  });

  it('does not count a failure before a successful login of the same user', () => {
    const pam = { ...from, nofail: 'failure', user: 'ann' };
    expect(trace([pam, { ...from, mlfgained: 'Accepted', mlfforget: 'Accepted', user: 'ann' }])).toEqual([
      'nofail',
      'nofail',
    ]);
  });

  it('counts every line once a second user shows up, even the login', () => {
    const key = (user: string) => ({ ...from, nofail: 'publickey', user });
    const login = { ...from, mlfgained: 'Accepted', mlfforget: 'Accepted', user: 'bob' };
    expect(trace([key('ann'), key('bob'), login])).toEqual(['nofail', [1, 2], [3]]);
  });

  it('emits a failure without address on the line that brings the address, though that is no failure', () => {
    expect(trace([{}, { ...from, nofail: 'disconnect', mlfforget: 'disconnect' }])).toEqual(['pending', [1, 2]]);
  });

  it('forgets what is pending when access is gained', () => {
    expect(trace([{}, { ...from, mlfgained: 'Accepted' }])).toEqual(['pending', 'nofail']);
  });

  it('takes the address from an earlier line of the session', () => {
    expect(trace([{ ...from, nofail: 'Connection' }, {}])).toEqual(['nofail', [1, 2]]);
  });

  it('starts anew after F-MLFFORGET', () => {
    const forget = { ...from, mlfforget: 'closed', nofail: 'closed' };
    expect(trace([{ ...from, nofail: 'Connection' }, forget, {}])).toEqual(['nofail', 'nofail', 'pending']);
  });

  it('takes a tag that captured nothing as absent', () => {
    expect(trace([{ ...from, nofail: '' }])).toEqual([[1]]);
  });

  it('forgets a session 300 s after its first line, later lines or not', () => {
    const sessions = createSessions();
    const add = (tags: Tags, time: number) => sessions.add(id, capturing(tags), ['x'], time).lines.length;
    add({ ...from, nofail: 'y' }, 1000);
    add({ ...from, nofail: 'y' }, 1299);
    expect(add(from, 1299.5)).toBe(3);
    expect(add(from, 1300)).toBe(1);
  });

  it('keeps a hundred sessions, the oldest going first', () => {
    const sessions = createSessions();
    for (let i = 0; i <= 100; i++) sessions.add(`s${i}`, capturing({ nofail: 'y' }), ['x'], 1000);
    const state = sessions.state() as SessionsState;
    expect(state).toHaveLength(100);
    expect(state[0]?.[0]).toBe('s1');
  });

  it('makes room by dropping all that have had their time, and one more', () => {
    const sessions = createSessions();
    for (let i = 0; i < 100; i++) sessions.add(`s${i}`, capturing({ nofail: 'y' }), ['x'], i < 50 ? 1000 : 1200);
    sessions.add('new', capturing({ nofail: 'y' }), ['x'], 1350);
    expect(
      sessions
        .state()
        ?.map(([name]) => name)
        .slice(0, 2),
    ).toEqual(['s51', 's52']);
  });

  it('goes on from its state as if it had not stopped', () => {
    const steps = [{ ...from, nofail: 'a', user: 'ann' }, {}, { ...from, user: 'bob' }, { ...from, nofail: 'b' }];
    const whole = trace(steps);
    let carried: SessionsState | undefined;
    const parts = steps.flatMap((tags, step) => {
      const sessions = createSessions(JSON.parse(JSON.stringify(carried ?? [])));
      const came = trace([tags], sessions, step + 1);
      carried = sessions.state();
      return came;
    });
    expect(parts).toEqual(whole);
  });

  it('has no state when nothing is open', () => {
    const sessions = createSessions();
    expect(sessions.state()).toBeUndefined();
    sessions.add(id, capturing({ mlfforget: 'closed' }), ['x'], 1000);
    expect(sessions.state()).toBeUndefined();
  });

  it('carries no more than a store takes, the newest sessions first', () => {
    const sessions = createSessions();
    for (let i = 0; i < 100; i++) sessions.add(`s${i}`, capturing({ nofail: 'y' }), ['x'.repeat(16_000)], 1000);
    const state = sessions.state() ?? [];
    expect(JSON.stringify(state).length).toBeLessThan(100_000);
    expect(state.at(-1)?.[0]).toBe('s99');
  });
});
