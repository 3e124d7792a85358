import { describe, expect, it } from 'vitest';
import { createKeyLocks } from '../../../local/emulators/key-locks.ts';

const pause = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms));

describe('createKeyLocks', () => {
  it('runs the work of one key in the order asked for, other keys meanwhile', async () => {
    const locked = createKeyLocks();
    const log: string[] = [];
    const work = (name: string, ms: number) => async () => {
      await pause(ms);
      log.push(name);
    };
    await Promise.all([locked(['a'], work('a1', 20)), locked(['a'], work('a2', 1)), locked(['b'], work('b', 1))]);
    expect(log).toEqual(['b', 'a1', 'a2']);
  });

  it('goes on after work that fails', async () => {
    const locked = createKeyLocks();
    const failed = locked(['a'], () => Promise.reject(new Error('no')));
    const next = locked(['a'], () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });

  it('lets holders of several keys through, in whatever order they name them', async () => {
    const locked = createKeyLocks();
    let running = 0;
    const alone = async () => {
      expect(++running).toBe(1);
      await pause();
      running--;
    };
    await Promise.all([locked(['a', 'b'], alone), locked(['b', 'a'], alone), locked(['a', 'a'], alone)]);
  });
});
