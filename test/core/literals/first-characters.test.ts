import { describe, expect, it } from 'vitest';
import { firstCharacters } from '../../../core/literals/first-characters.ts';
import { parse } from '../../../core/pyregex/parse.ts';

function charactersOf(pattern: string): string {
  const parsed = parse(pattern);
  if (parsed.kind === 'refused') throw new Error(`${pattern} is refused`);
  return firstCharacters(parsed.ast);
}

describe('firstCharacters', () => {
  it.each([
    ['^Failed', 'F'],
    ['^[aA]uth', 'Aa'],
    ['^(?:(?:error|fatal): )?x', 'efx'],
    ['^\\s*pam', '\t\n\v\f\r\x1c\x1d\x1e\x1f p'],
    ['^(?P<a>foo|\\d)|^b', '0123456789bf'],
    ['\\Ax', 'x'],
    ['(?i)^Ok', 'Oo'],
    ['^(?!y)\\b<', '<'],
    ['^x{0,2}y', 'xy'],
    ['^(?P<g>c)?(?(g)a|b)', 'abc'],
    ['^[^\\x00-y]', 'z{|}~\x7f'],
  ])('%s may begin with %j', (pattern, characters) => {
    expect(charactersOf(pattern)).toBe(characters);
  });

  it.each(['Failed', '^', '^x*', '^.', '(?m)^x', '^x|y', '^(x)?\\1y', '(?i)^[a-c]', '(?i)^\u212a', 'x^'])(
    '%s may begin with anything',
    (pattern) => {
      expect(charactersOf(pattern)).toBe('');
    },
  );

  it('lists no characters beyond ASCII', () => {
    expect(charactersOf('^[\u00e9x]')).toBe('x');
    expect(charactersOf('^\\w')).toHaveLength(63);
  });
});
