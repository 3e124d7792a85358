import { describe, expect, it } from 'vitest';
import { eachAtOnce, throwAll } from '../../core/at-once.ts';

const failing = (bad: readonly number[], begun: number[]) => async (item: number) => {
  begun.push(item);
  await new Promise(setImmediate);
  if (bad.includes(item)) throw new Error(`no ${item}`);
};

describe('eachAtOnce', () => {
  it('works on all items, so many at a time', async () => {
    let under = 0;
    let most = 0;
    const done: number[] = [];
    const work = async (item: number) => {
      most = Math.max(most, ++under);
      await new Promise(setImmediate);
      under--;
      done.push(item);
    };
    await eachAtOnce([1, 2, 3, 4, 5, 6, 7], work, { atOnce: 3 });
    expect(most).toBe(3);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('throws the one failure, after all others were worked on', async () => {
    const begun: number[] = [];
    await expect(eachAtOnce([1, 2, 3, 4], failing([1], begun), { atOnce: 1 })).rejects.toEqual(new Error('no 1'));
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  it('throws an AggregateError of several', async () => {
    const ended = eachAtOnce([1, 2, 3, 4], failing([1, 3], []), { atOnce: 2 });
    await expect(ended).rejects.toMatchObject({ name: 'AggregateError', message: 'no 1; no 3' });
    await expect(ended).rejects.toHaveProperty('errors.length', 2);
  });

  it('begins no other once so many have failed, and none when it is not to go on', async () => {
    const begun: number[] = [];
    await expect(eachAtOnce([1, 2, 3], failing([1], begun), { atOnce: 1, mostFailures: 1 })).rejects.toThrow('no 1');
    expect(begun).toEqual([1]);
    const goOn = (): boolean => begun.length < 3;
    await eachAtOnce([4, 5, 6], failing([], begun), { atOnce: 1, goOn });
    expect(begun).toEqual([1, 4, 5]);
  });
});

describe('throwAll', () => {
  it('throws nothing of nothing; flattens, and names a message once and no more than five', () => {
    throwAll([]);
    const many = [1, 1, 2, 3, 4, 5, 6, 7].map((n) => new Error(`no ${n}`));
    const message = 'no 1; no 2; no 3; no 4; no 5; and 2 more';
    expect(() => throwAll([new AggregateError(many.slice(0, 4)), ...many.slice(4)])).toThrow(message);
  });
});
