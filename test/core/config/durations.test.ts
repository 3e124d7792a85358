import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../core/config/durations.ts';

describe('parseDuration', () => {
  it.each([
    ['600', 600],
    ['-1', -1],
    ['1d12h', 129_600],
    ['1d 12h', 129_600],
    ['10m', 600],
    ['1M', 60],
    ['1mo', 2_629_800],
    ['1y', 31_557_600],
    ['1y-6mo', 15_778_800],
    ['6 months', 15_778_800],
    ['1year-6mo', 15_778_800],
    ['2*60', 120],
    ['1.5h', 5400],
    ['.5m', 30],
    ['1w', 604_800],
    ['5w', 3_024_000],
    ['1 hour 30 min', 5400],
    ['1hour+30min', 5400],
    ['0d 1h 30m', 5400],
    ['10 20 30', 60],
    ['1D 2H 3Min 4SEC', 93_784],
    ['60*60*24', 86_400],
    ['(1+2) m', 180],
    ['10/2m', 300],
    ['7//2', 3],
    ['7%4', 3],
    ['2**3m', 480],
    ['-1h 30m', -1800],
    ['1h - 30m', 1800],
    ['1_000', 1000],
    [' 5 ', 5],
    ['1d2', 86_402],
    ['14400   # 4 hours', 14_400],
    ['1h#y', 3600],
    ['1d # ) (\n# more', 86_400],
  ])('%s is %d s', (text, seconds) => {
    expect(parseDuration(text)).toEqual({ kind: 'duration', seconds });
  });

  it.each([
    ['', 0, 'too early'],
    ['# 5', 0, 'too early'],
    ['(1 # x)', 3, 'missing'],
    ['1h # a\n5m', 3, 'not expected'],
    ['soon', 0, '"soon" is not known here'],
    ['1 fortnight', 2, '"fortnight" is no unit of time'],
    ['10mm5x', 5, '"x" is no unit'],
    ['1d +', 4, 'too early'],
    ['(1h', 3, '")" is missing'],
    ['1h)', 2, '")" is not expected'],
    ['1,5h', 1, '"," is not expected'],
    ['h1', 0, 'not known'],
    ['07', 0, 'zero'],
    ['01_0', 0, 'zero'],
    ['1/0', 0, 'no finite value'],
    ['__import__("os")', 0, 'not known'],
    ['1 if 2 else x', 2, 'no unit'],
    ['1d\u0000', 2, 'not expected'],
    ['1 constructor', 2, 'no unit'],
  ])('refuses %s', (text, offset, message) => {
    expect(parseDuration(text)).toMatchObject({ kind: 'malformed', offset, message: expect.stringContaining(message) });
  });

  it.each(['(', '-', '+', '~', '2**'])('refuses ten thousand times "%s" without exhausting the stack', (text) => {
    expect(parseDuration(`${text.repeat(10_000)}1`)).toMatchObject({ message: 'the expression is nested too deep' });
  });
});
