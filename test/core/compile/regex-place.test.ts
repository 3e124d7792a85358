import { describe, expect, it } from 'vitest';
import { regexPlace } from '../../../core/compile/regex-place.ts';

const at = { file: 'filter.d/x.conf', line: 7, column: 13 };

function placed(text: string, pattern: string, offset: number, length = 1) {
  const located = { value: text, at: { ...at, length: text.length }, origins: [{ offset: 0, at }] };
  const place = regexPlace(located, pattern, { file: '', line: 1, column: offset + 1, length });
  return place && text.slice(place.column - 13, place.column - 13 + place.length);
}

describe('regexPlace', () => {
  it('knows the character before the first tag and after the last', () => {
    expect(placed('a(b <HOST> c)d', 'a(b ADDRESS-OR-NAME c)d', 1)).toBe('(');
    expect(placed('a(b <HOST> c)d', 'a(b ADDRESS-OR-NAME c)d', 21)).toBe(')');
  });

  it('means the text between the tags where nothing better is known', () => {
    expect(placed('a <HOST> x <F-ID/> b', 'a AAAA x BBBBBBB b', 7)).toBe('<HOST> x <F-ID/>');
  });

  it('knows every character of a regex without tags, even past its end', () => {
    expect(placed('a(b', 'a(b', 2)).toBe('b');
    expect(placed('a(b', 'a(b', 3)).toBeDefined();
  });

  it('is the place of the whole text when the mistake has none', () => {
    expect(regexPlace({ value: 'x', at: { ...at, length: 1 } }, 'x', undefined)).toEqual({ ...at, length: 1 });
  });
});
