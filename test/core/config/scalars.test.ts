import { describe, expect, it } from 'vitest';
import { parseBoolean, parseInteger } from '../../../core/config/scalars.ts';

describe('parseBoolean', () => {
  it.each(['1', 'on', 'true', 'yes', 'TRUE', 'Yes', 'oN'])('%s is true', (text) => {
    expect(parseBoolean(text)).toBe(true);
  });
  it.each(['0', 'off', 'false', 'no', '', 'y', 't', '2', ' true', 'enabled'])('%j is false', (text) => {
    expect(parseBoolean(text)).toBe(false);
  });
});

describe('parseInteger', () => {
  it.each([
    ['5', 5],
    [' 7 ', 7],
    ['-1', -1],
    ['+3', 3],
    ['1_000', 1000],
    ['007', 7],
  ])('%j is %d', (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });
  it.each(['', 'five', '5.0', '5 5', '1e3', '0x10', '1__0', '_1', '--1'])('%j is none', (text) => {
    expect(parseInteger(text)).toBeUndefined();
  });
});
