import { describe, expect, it } from 'vitest';
import { BEGINS_BEYOND_ASCII } from '../../../../core/dates/detector/sieve.ts';

describe('BEGINS_BEYOND_ASCII', () => {
  const regex = new RegExp(BEGINS_BEYOND_ASCII);

  it('has every digit of the basic plane that this Node knows, and no other character in their neighborhood', () => {
    const missed: string[] = [];
    const extra: string[] = [];
    for (let code = 0x100; code < 0xd800; code += 1) {
      const character = String.fromCharCode(code);
      const isDigit = /\p{Nd}/u.test(character);
      const isFolded = ['\u0130', '\u0131', '\u017f', '\u212a'].includes(character);
      if (isDigit && !regex.test(character)) missed.push(code.toString(16));
      if (regex.test(character) && !isDigit && !isFolded) extra.push(code.toString(16));
    }
    expect({ missed, extra }).toEqual({ missed: [], extra: [] });
  });

  it('has what lies beyond the basic plane, and nothing of ASCII', () => {
    expect(regex.test('\u{1d7d8}')).toBe(true);
    expect(regex.test(String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code)))).toBe(false);
  });
});
