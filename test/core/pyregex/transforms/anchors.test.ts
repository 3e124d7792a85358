import { describe, expect, it } from 'vitest';
import { type TextCase, textFound } from '../finding.ts';

describe('expressAnchors', () => {
  it.each<TextCase>([
    ['a$', 'a', 'a', 'at the end'],
    ['a$', 'a\n', 'a', 'before a newline that ends the subject'],
    ['a$', 'a\n\n', undefined, 'not before an earlier newline'],
    ['a$', 'a\r\n', undefined, 'a carriage return is a character'],
    ['a\\s$', 'a\n', 'a\n', 'after consuming that newline'],
    ['a$\\n', 'a\n', 'a\n', 'and the newline can still be consumed'],
    ['a\\Z', 'a\n', undefined, '\\Z is the very end'],
    ['a\\n\\Z', 'a\n', 'a\n', '\\Z is the very end'],
    ['^b', 'a\nb', undefined, '^ is the start of the subject only'],
    ['\\Ab', 'b', 'b', '\\A likewise'],
    ['(?:^a|^b)', 'b', 'b', 'in each alternative'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it.each<TextCase>([
    ['^b', 'a\nb', 'b', '^ also stands behind a newline'],
    ['^b', 'a\rb', undefined, 'but not behind a carriage return'],
    ['^b', 'a\u2028b', undefined, 'nor behind a line separator'],
    ['a$', 'a\nb', 'a', '$ also stands before any newline'],
    ['a$', 'a\rb', undefined, 'but not before a carriage return'],
    ['^$', 'a\n', '', 'both stand behind the last newline'],
    ['\\Ab', 'a\nb', undefined, '\\A does not change'],
    ['a\\Z', 'a\n', undefined, '\\Z does not change'],
  ])('in MULTILINE, %j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject, { multiline: true })).toBe(expected);
  });

  it('switches MULTILINE on for a part', () => {
    expect(textFound('(?m:^b)', 'a\nb')).toBe('b');
    expect(textFound('(?-m:^b)', 'a\nb', { multiline: true })).toBeUndefined();
  });
});
