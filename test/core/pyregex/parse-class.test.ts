import { describe, expect, it } from 'vitest';
import { refusalOf, type TextCase, textFound } from './finding.ts';

describe('parseClass', () => {
  it.each<TextCase>([
    ['[]a]+', 'x]a', ']a', 'a bracket that comes first is a member'],
    ['[^]a]+', ']ax', 'x', 'also in a negated class'],
    ['[a-]+', 'a-b', 'a-', 'a hyphen that comes last'],
    ['[-a]+', '-ab', '-a', 'or first'],
    ['[\\w-]+', 'a-b c', 'a-b', 'or behind a category at the end'],
    ['[a^]+', 'a^b', 'a^', 'a caret that does not come first'],
    ['[[a]+', '[a', '[a', 'an opening bracket'],
    ['[a&&b]+', 'a&b', 'a&b', 'no set operations'],
    ['[*.$]+', '*.$', '*.$', 'special characters are themselves'],
    ['[\\d.]+', '1.2', '1.2', 'a category among others'],
    ['[^\\d\\s]+', '1 ab', 'ab', 'categories negated'],
    ['[+--]+', '+,-.', '+,-', 'a range up to the hyphen'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it.each([
    ['[a', 'not closed by "]"', '1:1+2'],
    ['[]', 'not closed by "]"', '1:1+2'],
    ['[a-', 'not closed by "]"', '1:1+3'],
    ['[z-a]', '"z-a" is not a range', '1:2+3'],
    ['[\\d-z]', '"\\d-z" is not a range', '1:2+4'],
    ['[a-\\w]', '"a-\\w" is not a range', '1:2+4'],
  ])('refuses %j, as Python does', (pattern, message, place) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_SYNTAX');
    expect(refusal?.[1]).toContain(message);
    expect(refusal?.[2]).toBe(place);
  });
});
