import { describe, expect, it } from 'vitest';
import { parse } from '../../../core/pyregex/parse.ts';
import { refusalOf, type TextCase, textFound } from './finding.ts';

describe('parse', () => {
  it('returns the tree, the number of groups and their names', () => {
    const parsed = parse('(?P<x>a)(b)');
    expect(parsed.kind).toBe('parsed');
    if (parsed.kind === 'parsed') {
      expect(parsed.ast.groupCount).toBe(2);
      expect([...parsed.ast.names]).toEqual([['x', 1]]);
      expect(parsed.ast.root.kind).toBe('sequence');
    }
  });

  it.each<TextCase>([
    ['', 'a', '', 'an empty pattern'],
    ['a||b', 'b', '', 'an empty alternative'],
    ['()', 'a', '', 'an empty group'],
    ['(?#comment (with) a', ' a', ' a', 'a comment ends at the first parenthesis'],
    ['a(?#comment)*', 'aa', 'aa', 'a quantifier reaches over a comment'],
    ['(?x) a b  # comment\n c', 'abc', 'abc', 'verbose'],
    ['(?x)a\\ [ ]b', 'a  b', 'a  b', 'verbose keeps escaped space and classes'],
    ['(?x:a b)c d', 'abc d', 'abc d', 'verbose for a part'],
    ['(?x)a(?-x: )b', 'a b', 'a b', 'not verbose for a part'],
    ['(?x)a *', 'aa', 'aa', 'a quantifier reaches over white space'],
    ['(?i)(?s)A.', 'a\n', 'a\n', 'several flags at the start'],
    ['(?is-m:A.)', 'a\n', 'a\n', 'several flags for a part'],
    ['a]b}c{', 'a]b}c{', 'a]b}c{', 'brackets that close nothing'],
    ['(?:a{2}){2}', 'aaaa', 'aaaa', 'a repeat of a repeat in a group'],
    ['(?:^)*a', 'a', 'a', 'a repeat of an anchor in a group'],
    ['(?=a)*a', 'a', 'a', 'a repeat of a lookahead'],
  ])('%j in %j finds %j: %s', (pattern, subject, expected) => {
    expect(textFound(pattern, subject)).toBe(expected);
  });

  it.each([
    ['a)b', 'closes nothing', '1:2+1'],
    ['(a', 'not closed by ")"', '1:1+2'],
    ['(?:a', 'not closed by ")"', '1:1+4'],
    ['*a', 'nothing to repeat', '1:1+1'],
    ['a|*', 'nothing to repeat', '1:3+1'],
    ['^*', 'nothing to repeat', '1:2+1'],
    ['\\b+', 'nothing to repeat', '1:3+1'],
    ['a**', 'follows a quantifier', '1:3+1'],
    ['a{2}{3}', 'follows a quantifier', '1:5+3'],
    ['a\\', 'backslash ends', '1:2+1'],
    ['(?<x>a)', 'begins no group', '1:1+4'],
    ['(?Px)', 'begins no group', '1:1+4'],
    ['(?&x)', 'begins no group', '1:1+3'],
    ['(?', 'ends inside a group', '1:1+2'],
    ['(?P', 'begins no group', '1:1+3'],
    ['(?#a', 'comment is not closed', '1:1+4'],
    ['a\n(b', 'not closed by ")"', '2:1+2'],
    ['€(', 'not closed by ")"', '1:2+1'],
  ])('refuses %j, as Python does', (pattern, message, place) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_SYNTAX');
    expect(refusal?.[1]).toContain(message);
    expect(refusal?.[2]).toBe(place);
  });
});
