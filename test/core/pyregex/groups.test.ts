import { describe, expect, it } from 'vitest';
import { groupValue, namedGroups } from '../../../core/pyregex/groups.ts';
import type { TranslatedRegex } from '../../../core/pyregex/translation.ts';

const regex: TranslatedRegex = { source: '(a)|(b)|(c)', flags: 'u', groups: { x: [2, 1], y: [3], z: [] } };

function captures(subject: string): RegExpExecArray {
  const match = new RegExp(regex.source, regex.flags).exec(subject);
  if (match === null) {
    throw new Error(`no match in ${subject}`);
  }
  return match;
}

describe('groupValue', () => {
  it('is the first capture that took part', () => {
    expect(groupValue(regex, captures('a'), 'x')).toBe('a');
    expect(groupValue(regex, captures('b'), 'x')).toBe('b');
  });

  it('is undefined for a group that took no part, or that there is not', () => {
    expect(groupValue(regex, captures('c'), 'x')).toBeUndefined();
    expect(groupValue(regex, captures('c'), 'z')).toBeUndefined();
    expect(groupValue(regex, captures('c'), 'constructor')).toBeUndefined();
  });
});

describe('namedGroups', () => {
  it('holds the groups that took part', () => {
    expect(namedGroups(regex, captures('a'))).toEqual({ x: 'a' });
    expect(namedGroups(regex, captures('c'))).toEqual({ y: 'c' });
  });
});
