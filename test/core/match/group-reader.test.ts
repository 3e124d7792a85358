import { describe, expect, it } from 'vitest';
import { groupReader } from '../../../core/match/group-reader.ts';

function read(source: string, groups: Record<string, readonly number[]>, subject: string) {
  const reader = groupReader({ source, flags: '', groups });
  const match = reader.regex.exec(subject);
  return match && reader.read(match).groups;
}

describe('groupReader', () => {
  it('leaves out groups that took no part, and keeps empty captures', () => {
    expect(read('(a)|(b)|c', { first: [1], second: [2] }, 'a')).toEqual({ first: 'a' });
    expect(read('(x*)a', { first: [1] }, 'a')).toEqual({ first: '' });
  });

  it('takes the first capture that stands for a split group', () => {
    expect(read('a(1)|b(2)', { digit: [1, 2] }, 'b2')).toEqual({ digit: '2' });
  });

  it('uses an alternate where the group itself is empty or absent', () => {
    const groups = { user: [1], alt_user_1: [2], alt_user_2: [3] };
    expect(read('u=(\\w*) a=(\\w*) b=(\\w*)', groups, 'u=root a=x b=y')).toMatchObject({ user: 'root' });
    expect(read('u=(\\w*) a=(\\w*) b=(\\w*)', groups, 'u= a= b=y')).toMatchObject({ user: 'y' });
    expect(read('u=(\\w*) a=(\\w*) b=(\\w*)', groups, 'u= a=x b=y')).toMatchObject({ user: 'x' });
  });

  it('reads alt_user1, which has no underscore before its digit, as an alternate of user1', () => {
    expect(read('(\\w+)', { alt_user1: [1] }, 'root')).toEqual({ alt_user1: 'root', user1: 'root' });
  });

  it('maps id and port to the groups that carry them', () => {
    expect(read('(\\w+):(\\d+)', { alt_id_1: [1], alt_port_1: [2] }, 'x:1')).toMatchObject({ fid: 'x', fport: '1' });
  });

  it('joins the parts of a tuple', () => {
    expect(read('(\\w+)/(\\w+)', { tuple_id_1: [1], tuple_id_2: [2] }, 'a/b')).toMatchObject({ fid: 'a,b' });
  });

  it('keeps apart what steers the matching', () => {
    const reader = groupReader({ source: '(a)(b)(c)?', flags: '', groups: { mlfid: [1], user: [2], nofail: [3] } });
    const match = reader.regex.exec('ab') as RegExpExecArray;
    expect(reader.read(match)).toMatchObject({ groups: { user: 'b' }, mlfid: 'a', nofail: undefined });
  });

  it('lays the groups over those of prefregex', () => {
    const reader = groupReader({ source: '(a)(b)?', flags: '', groups: { user: [1], nofail: [2], mlfid: [2] } });
    const base = { groups: { user: 'x', host: 'y' }, content: 'ab', mlfid: 'm', nofail: 'n' };
    const match = reader.regex.exec('a') as RegExpExecArray;
    expect(reader.read(match, { ...base, mlfforget: undefined, mlfgained: undefined })).toMatchObject({
      groups: { user: 'a', host: 'y' },
      content: undefined,
      mlfid: 'm',
      nofail: 'n',
    });
  });

  it('gives the lines that SKIPLINES ran over', () => {
    const reader = groupReader({
      source: 'a\\n((?:.*\\n)*?)b\\n((?:.*\\n)*?)c',
      flags: '',
      groups: { skiplines1: [2], skiplines0: [1] },
    });
    const match = reader.regex.exec('a\nx\n\nb\ny\nc\n');
    expect(match && reader.skippedLines(match)).toEqual(['x', '', 'y']);
  });
});
