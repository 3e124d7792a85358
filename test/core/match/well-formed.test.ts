import { describe, expect, it } from 'vitest';
import { wellFormed } from '../../../core/match/well-formed.ts';

describe('wellFormed', () => {
  it.each([
    ['plain', 'plain'],
    ['\u{1f600}', '\u{1f600}'],
    ['a\ud83d', 'a\ufffd'],
    ['\ude00b', '\ufffdb'],
    ['\ud83d\ud83d\ude00', '\ufffd\u{1f600}'],
  ])('%j becomes %j', (text, whole) => {
    expect(wellFormed(text)).toBe(whole);
  });
});
