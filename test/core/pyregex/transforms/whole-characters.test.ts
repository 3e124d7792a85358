import { describe, expect, it } from 'vitest';
import { find, sourceOf } from '../finding.ts';

describe('keepOutOfSurrogatePairs', () => {
  it.each([
    ['\\Ba*', '𝟙', undefined],
    ['(?!💩)', '💩', ''],
    ['(?=$)', '💩', ''],
  ])('%j in %j finds no place inside a character', (pattern, subject, expected) => {
    expect(find(pattern, subject)?.text).toBe(expected);
  });

  it('guards only patterns that may match nothing', () => {
    expect(sourceOf('a*')).toBe('(?=[^]|$)a*');
    expect(sourceOf('a+')).toBe('a+');
  });
});
