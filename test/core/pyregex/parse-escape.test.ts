import { describe, expect, it } from 'vitest';
import { refusalOf, textFound } from './finding.ts';

describe('parseEscape and parseClassEscape', () => {
  it.each([
    ['\\a\\f\\n\\r\\t\\v', '\u0007\f\n\r\t\v'],
    ['\\x41\\u0042\\U00000043', 'ABC'],
    ['\\U0001f4a9', '💩'],
    ['\\0', '\0'],
    ['\\012', '\n'],
    ['\\101', 'A'],
    ['\\1011', 'A1'],
    ['\\.\\-\\/\\#\\ \\"', '.-/# "'],
    ['\\é', 'é'],
    ['[\\b]', '\b'],
    ['[\\x41-\\x43]', 'B'],
    ['[\\101]', 'A'],
    ['[\\1]', '\u0001'],
    ['[\\0]', '\0'],
    ['[\\U0001f4a9]', '💩'],
    ['[\\]\\-]{2}', ']-'],
    ['(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10', 'abcdefghijj'],
  ])('%j matches %j', (pattern, subject) => {
    expect(textFound(`${pattern}(?!x)`, subject)).toBe(subject);
  });

  it.each([
    ['\\x4', 'needs 2 hexadecimal digits', '1:1+3'],
    ['\\u004', 'needs 4 hexadecimal digits', '1:1+5'],
    ['\\U0000004', 'needs 8 hexadecimal digits', '1:1+9'],
    ['\\U00110000', 'beyond the last code point', '1:1+10'],
    ['\\400', 'above \\377', '1:1+4'],
    ['[\\400]', 'above \\377', '1:2+4'],
    ['\\1', 'no group 1 before', '1:1+2'],
    ['(a)\\2', 'no group 2 before', '1:4+2'],
    ['(a\\1)', 'group 1 is still open', '1:3+2'],
    ['\\q', 'not an escape that Python knows', '1:1+2'],
    ['\\z', 'not an escape that Python knows', '1:1+2'],
    ['[\\A]', 'not an escape that Python knows', '1:2+2'],
    ['[\\8]', 'not an escape that Python knows', '1:2+2'],
  ])('refuses %j, as Python does', (pattern, message, place) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_SYNTAX');
    expect(refusal?.[1]).toContain(message);
    expect(refusal?.[2]).toBe(place);
  });

  it('refuses Unicode names, for which it has no table', () => {
    expect(refusalOf('\\N{DIGIT ONE}')?.[0]).toBe('REGEX_UNSUPPORTED');
    expect(refusalOf('[\\N{DIGIT ONE}]')?.[0]).toBe('REGEX_UNSUPPORTED');
  });
});
