import { describe, expect, it } from 'vitest';
import { find, type GroupsCase, groupsFound, refusalOf } from '../finding.ts';

describe('keepCaptures', () => {
  it.each<GroupsCase>([
    ['(?:(a)|b)*', 'ab', { '1': 'a' }, 'what was captured a round earlier is kept'],
    ['(?:(a)|b)*', 'b', {}, 'nothing was captured in any round'],
    ['(?:(a)|(b)|c)*', 'abc', { '1': 'a', '2': 'b' }, 'in several groups'],
    ['(?:(a.)|(b.)|c)*', 'a1b2a3c', { '1': 'a3', '2': 'b2' }, 'the last of each'],
    ['(?:(a)|b)*?c', 'abc', { '1': 'a' }, 'lazily'],
    ['(?:(a)|b){2}', 'ab', { '1': 'a' }, 'a number of times'],
    ['(?:(a)|b){1,3}c', 'abbc', { '1': 'a' }, 'up to a number of times'],
    ['(?:(a)|b){3,}', 'aabb', { '1': 'a' }, 'at least a number of times'],
    ['(?:(?:(a))*b){2}', 'abb', { '1': 'a' }, 'from a repeat inside a repeat'],
    ['(?:(?:(a)|b)*c)*', 'abcbc', { '1': 'a' }, 'from a repeat inside a repeat'],
    ['(?:(?:(a))*){2}', 'a', { '1': 'a' }, 'when the last round matched nothing'],
    ['(?:(a)?b?)*c', 'abbc', { '1': 'a' }, 'when a round may match nothing'],
    ['(?:(?:[ab]|a)|a())*', 'a', {}, 'on the first path, not on another with the same end'],
    ['(?:()[ab]|(?:a|.+))*()', 'ba', { '1': '', '2': '' }, 'on the first path'],
    ['x(?:(a)|b)*|y', 'y', {}, 'unless the repeat was not reached'],
    ['(?:(?:(a)|b)*x)?(?:a|b)*', 'ab', {}, 'unless the repeat was given up'],
    ['(?=(?:(a)|b)*c)a', 'abc', { '1': 'a' }, 'in a lookahead'],
  ])('%j in %j captures %j: %s', (pattern, subject, expected) => {
    expect(groupsFound(pattern, subject)).toEqual(expected);
  });

  it.each([
    ['user=bob, x=1, ip=::1', { user: 'bob' }],
    ['user=bob, x=1, user=eve, y=2, ip=::1', { user: 'eve' }],
    ['x=1, ip=::1', {}],
    ['user=a, user=, x=, ip=::1', { user: '' }],
  ])('keeps a user that is one of many fields: %s', (subject, expected) => {
    const pattern = '^(?:(?!ip=)(?:user=(?P<user>[^,]*)|\\w+=[^,]*), )*ip=\\S+$';
    expect(find(pattern, subject)).toEqual({ text: subject, groups: expected });
  });

  it('is quick on a line with thousands of fields', () => {
    const fields = Array.from({ length: 1000 }, (_, i) => `f${i}=${i}, `).join('');
    const pattern = '^(?:(?!ip=)(?:user=(?P<user>[^,]*)|\\w+=[^,]*), )*ip=\\S+$';
    expect(find(pattern, `user=bob, ${fields}ip=::1`)?.groups).toEqual({ user: 'bob' });
  });

  it.each([
    ['(?:(?P<x>a)|b)*c(?P=x)', 'is referred to'],
    ['(?:(?P<x>a)|b)*+c', 'Python itself reports a wrong text'],
    ['(?:(?P<x>a)|b){20}', 'at most 12 rounds'],
    ['(?:(?P<x>a)|b){2,30}', 'at most 12 rounds'],
    ['(?:(?:(?P<x>a)|b){2}c?)*d|(?:(?:(?P<y>a)|b){2}|c)*', 'inside another repeat'],
  ])('refuses %j', (pattern, message) => {
    const refusal = refusalOf(pattern);
    expect(refusal?.[0]).toBe('REGEX_UNSUPPORTED');
    expect(refusal?.[1]).toContain(message);
  });
});
