import { describe, expect, it } from 'vitest';
import { spanOf } from '../../../cli/deployed/log-span.ts';

const NOW = Date.UTC(2025, 10, 22, 12);
const HOUR = 3_600_000;

describe('spanOf', () => {
  it.each([
    ['1h', NOW - HOUR],
    ['1d12h', NOW - 36 * HOUR],
    ['90m', NOW - 1.5 * HOUR],
    ['3600', NOW - HOUR],
    ['2025-11-22', Date.UTC(2025, 10, 22)],
    ['2025-11-22 10:15', Date.UTC(2025, 10, 22, 10, 15)],
    ['2025-11-22T10:15:30Z', Date.UTC(2025, 10, 22, 10, 15, 30)],
    ['2025-11-22T10:15:30.250z', Date.UTC(2025, 10, 22, 10, 15, 30, 250)],
    ['2025-11-22T10:15+02:00', Date.UTC(2025, 10, 22, 8, 15)],
  ])('--since %s', (since, fromMs) => {
    expect(spanOf({ since }, NOW)).toEqual({ fromMs, toMs: NOW });
  });

  it('ends where it is set to, but not in the future', () => {
    expect(spanOf({ since: '2h', until: '1h' }, NOW)).toEqual({ fromMs: NOW - 2 * HOUR, toMs: NOW - HOUR });
    expect(spanOf({ since: '1h', until: '2026-01-01' }, NOW)).toEqual({ fromMs: NOW - HOUR, toMs: NOW });
  });

  it('begins in 1970 at the earliest', () => {
    expect(spanOf({ since: '100y' }, NOW).fromMs).toBe(0);
  });

  it('takes what stands for --since', () => {
    expect(spanOf({}, NOW, '1d').fromMs).toBe(NOW - 24 * HOUR);
    expect(() => spanOf({}, NOW)).toThrow('--since 1h');
  });

  it.each([
    [{ since: 'yesterday' }, /--since yesterday: .*Write how long ago/],
    [{ since: '-1h' }, /--since -1h: that is not in the past/],
    [{ since: '2025-13-22' }, /--since 2025-13-22: there is no such time/],
    [{ since: '2025-11-22T25:00Z' }, /there is no such time/],
    [{ since: '2026-01-01' }, /there are no events from 2026-01-01T00:00:00Z on yet/],
    [
      { since: '1h', until: '2h' },
      /--since 1h is 2025-11-22T11:00:00Z, which is after --until 2h: 2025-11-22T10:00:00Z/,
    ],
  ])('refuses %o', (options, message) => {
    expect(() => spanOf(options, NOW)).toThrow(message);
  });
});
