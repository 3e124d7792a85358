import { describe, expect, it } from 'vitest';
import { expandTags, identifiesFailure } from '../../../core/compile/address-tags.ts';
import { namedGroups } from '../../../core/pyregex/groups.ts';
import { translate } from '../../../core/pyregex/translate.ts';

function expand(text: string, usedns: 'yes' | 'warn' | 'no' | 'raw' = 'warn'): string {
  const expansion = expandTags(text, { usedns });
  if (expansion.kind === 'refused') {
    throw new Error(expansion.diagnostics[0]?.message);
  }
  return expansion.pattern;
}

/** The groups of the first match of the expanded text. */
function find(text: string, subject: string, usedns?: 'warn' | 'no'): Record<string, string> | undefined {
  const translation = translate(expand(text, usedns));
  if (translation.kind === 'refused') {
    throw new Error(translation.diagnostics[0]?.message);
  }
  const match = new RegExp(translation.regex.source, translation.regex.flags).exec(subject);
  return match === null ? undefined : namedGroups(translation.regex, match);
}

describe('expandTags', () => {
  describe('<HOST>', () => {
    it.each([
      ['192.0.2.1', { ip4: '192.0.2.1' }],
      ['::ffff:192.0.2.1', { ip4: '192.0.2.1' }],
      ['::ffffff:192.0.2.1', { ip4: '192.0.2.1' }],
      ['[192.0.2.1]', { ip4: '192.0.2.1' }],
      ['999.1.1.1', { ip4: '999.1.1.1' }],
      ['2001:db8::1', { ip6: '2001:db8::1' }],
      ['[2001:DB8::1]', { ip6: '2001:DB8::1' }],
      ['::1', { ip6: '::1' }],
      ['::', { ip6: '::' }],
      ['1::', { ip6: '1::' }],
      ['1:2:3:4:5:6:7:8', { ip6: '1:2:3:4:5:6:7:8' }],
      ['host-1.example.com', { dns: 'host-1.example.com' }],
      ['_x^y', { dns: '_x^y' }],
      ['bücher.example', { dns: 'bücher.example' }],
    ])('takes %s', (address, groups) => {
      expect(find('^from <HOST>$', `from ${address}\n`)).toEqual(groups);
    });

    it.each(['fe80::1%eth0', '-', 'a-', '::FFFF:192.0.2.1', 'a b', '1:2:3:4:5:6:7:8:9'])('refuses %s', (address) => {
      expect(find('^from <HOST>$', `from ${address}\n`)).toBeUndefined();
    });

    it('means an address only when names are not looked up', () => {
      expect(find('^from <HOST>$', 'from example.com\n', 'no')).toBeUndefined();
      expect(find('^from <HOST>$', 'from 192.0.2.1\n', 'no')).toEqual({ ip4: '192.0.2.1' });
    });

    it('may not stand twice, for Python names a group once', () => {
      expect(translate(expand('<HOST> <HOST>')).kind).toBe('refused');
    });
  });

  it.each([
    ['<ADDR>', '[::1]', { ip6: '::1' }],
    ['<F-ADDR/>', '192.0.2.1', { ip4: '192.0.2.1' }],
    ['<IP4>', '::ffff:192.0.2.1', { ip4: '192.0.2.1' }],
    ['<F-IP4/>', '192.0.2.1', { ip4: '192.0.2.1' }],
    ['<IP6>', '::1', { ip6: '::1' }],
    ['<F-IP6/>', '::1', { ip6: '::1' }],
    ['<DNS>', 'example.com', { dns: 'example.com' }],
    ['<F-DNS/>', 'example.com', { dns: 'example.com' }],
    ['<ADDR>/<CIDR>', '192.0.2.0/24', { ip4: '192.0.2.0', cidr: '24' }],
    ['<ADDR>/<F-CIDR/>', '192.0.2.0/24', { ip4: '192.0.2.0', cidr: '24' }],
    ['<SUBNET>', '2001:db8::/32', { ip6: '2001:db8::', cidr: '32' }],
    ['<SUBNET>', '[192.0.2.1]', { ip4: '192.0.2.1' }],
    ['<F-SUBNET/>', '192.0.2.0/24', { ip4: '192.0.2.0', cidr: '24' }],
    ['<F-ID/>', 'a/b', { fid: 'a/b' }],
    ['<F-ID>[a-z]+</F-ID>', 'ab', { fid: 'ab' }],
    ['<F-PORT/>', 'http', { fport: 'http' }],
    ['<F-PORT>\\d+</F-PORT>', '80', { fport: '80' }],
    ['<F-USER>\\S*</F-USER>', 'bob', { user: 'bob' }],
    ['<F-ALT_USER_1>\\w+</F-ALT_USER_1>', 'bob', { alt_user_1: 'bob' }],
    ['<F-TUPLE_ID_2>\\w+</F-TUPLE_ID_2>', 'x', { tuple_id_2: 'x' }],
    ['<F-MLFID>a<F-X1>b</F-X1></F-MLFID>', 'ab', { mlfid: 'ab', x1: 'b' }],
  ])('%s captures from %s', (text, subject, groups) => {
    expect(find(`^${text}$`, `${subject}\n`)).toEqual(groups);
  });

  it('reads over lines at <SKIPLINES>, numbering the groups', () => {
    const text = 'a <F-USER>\\w</F-USER><SKIPLINES>b<SKIPLINES>c';
    expect(find(text, 'a x\n1\n2\nb\nc\n')).toEqual({ user: 'x', skiplines0: '1\n2\n', skiplines1: '' });
  });

  it.each([
    ['<nonsense>', 'an unknown tag'],
    ['</F-USER>', 'a closing tag that nothing opened'],
    ['<F-user>', 'a tag in small letters'],
    ['<F-USER/>', 'a self-closing tag without a pattern of its own'],
    ['<host>', 'tags in the wrong case'],
    ['< HOST>', 'a tag with a space'],
  ])('leaves %s as it is: %s', (text) => {
    expect(expand(text)).toBe(text);
  });

  it('makes a group name of any F-tag; Python then refuses hyphens', () => {
    expect(expand('<F-MY-TAG>a</F-MY-TAG>')).toBe('(?P<my-tag>a)');
    expect(translate(expand('<F-MY-TAG>a</F-MY-TAG>')).kind).toBe('refused');
  });

  it.each([
    ['((?i)abc)', '(?i:abc)', 'the group is no capture any more'],
    ['(?:(?i)abc|d)', '(?i:abc|d)', 'nor a plain group'],
    ['((?is)abc)', '(?is:abc)', 'several flags'],
    ['\\((?i)abc)', '\\((?i)abc)', 'not behind an escaped parenthesis'],
    ['(a(?i)b)', '(a(?i)b)', 'only flags that come first'],
    ['(?i)abc', '(?i)abc', 'flags for the whole pattern'],
    ['((?i:abc))', '((?i:abc))', 'flags that are for a part already'],
  ])('%s becomes %s: %s', (text, pattern) => {
    expect(expand(text)).toBe(pattern);
  });

  it.each(['', '  '])('refuses %j', (text) => {
    expect(expandTags(text, { usedns: 'warn' })).toEqual({
      kind: 'refused',
      diagnostics: [{ code: 'EMPTY_REGEX', severity: 'error', message: 'the regex is empty' }],
    });
  });
});

describe('identifiesFailure', () => {
  it.each([['fid'], ['ip4'], ['ip6'], ['dns'], ['mlfid']])('%s does, here or in the prefregex', (name) => {
    expect(identifiesFailure({ [name]: [1] })).toBe(true);
    expect(identifiesFailure({ user: [1] }, { [name]: [1] })).toBe(true);
  });

  it('nothing else does', () => {
    expect(identifiesFailure({ user: [1], cidr: [2] }, { content: [1] })).toBe(false);
  });
});
