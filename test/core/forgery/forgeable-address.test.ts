import { describe, expect, it } from 'vitest';
import { vmWatch } from '../../../aws/vm-watch.ts';
import { forgeableAddress } from '../../../core/forgery/forgeable-address.ts';
import { findForgery } from '../../../core/forgery/forgery.ts';
import type { InspectedJail } from '../../../core/forgery/inspected-jail.ts';
import { createFileMatcher } from '../../../core/match/file-matcher.ts';
import { createLineMatcher } from '../../../core/match/line-matcher.ts';
import type { Watch } from '../../../core/ports/watch.ts';
import { oneJail } from '../../cli/check/one-jail.ts';

const watch = vmWatch();
const END_OF_2025 = 1_767_225_599;

function findings(jail: InspectedJail): readonly string[] {
  return jail.failregex.flatMap((regex) => forgeableAddress(jail, regex, watch)?.code ?? []);
}

const withFailregex = (failregex: string): InspectedJail => oneJail(`failregex = ${failregex}`);

describe('an address that can be forged', () => {
  it.each([
    ['a lazy wildcard', '^\\s*refused user .*? from <HOST>'],
    ['a lazy wildcard, and any text behind the address', '^\\s*refused user .*? from <HOST>(?: .*)?$'],
    ['a wildcard that stops before what it looks for, with no end', '^\\s*refused user (?:(?! from ).)* from <HOST>'],
    ['a wildcard that a class hides', '^\\s*refused user [^"]*? from <HOST>'],
    ['a wildcard in one of two branches', '^\\s*refused (?:user <F-USER>.*?</F-USER>|nobody) from <HOST>'],
    ['an end that may be missing', '^\\s*refused user .*? from <HOST>(?: port \\d+)?'],
  ])('is seen with %s', (_, failregex) => {
    expect(findings(withFailregex(failregex))).toEqual(['FORGEABLE_ADDRESS']);
  });

  it.each([
    ['the last address of a line', '^\\s*refused user .* from <HOST>$'],
    ['the last address, ports behind it', '^\\s*refused user .* from <HOST>(?: port \\d+)?\\s*$'],
    ['a class without what the forged text needs', '^\\s*refused user [^:]*: from <HOST>$'],
    ['one word', '^\\s*refused user \\S+ from <HOST>'],
    ['a class without digits', '^\\s*refused user [^\\d]* from <HOST>$'],
    ['the address first', '^\\s*refused <HOST> user .*'],
    ['too little room', '^\\s*refused user .{0,12} from <HOST>$'],
    ['a lazy wildcard that has to go on to the end', '^\\s*refused user .*? from <HOST>$'],
  ])('is not seen in %s', (_, failregex) => {
    const jail = withFailregex(failregex);
    expect(findings(jail)).not.toContain('FORGEABLE_ADDRESS');
  });

  it.each([
    ['an end left open', '^\\s*Failed password for .* from <HOST>(?: port \\d+)?(?: ssh\\d*)?', 'FORGEABLE_IF_CHOSEN'],
    ['the same with an end', '^\\s*Failed password for .* from <HOST>(?: port \\d+)?(?: ssh\\d*)?$', undefined],
    ['a wildcard behind the address', '^\\s*refused .* from <HOST>: .*$', 'FORGEABLE_IF_CHOSEN'],
    ['a start left open', 'refused login from <HOST> now$', undefined],
    ['a class before the address, written raw', '^\\s*<[^.]+\\.[^.]+> refused <HOST> by .*$', 'FORGEABLE_IF_CHOSEN'],
    ['one word before the address, written raw', '^\\s*refused \\S+ from <HOST>', 'FORGEABLE_IF_CHOSEN'],
    [
      'a wildcard before the address, one word behind it',
      '^\\s*refused .* from <HOST> \\(id: \\S+\\)$',
      'FORGEABLE_IF_CHOSEN',
    ],
    ['a quoted text, written raw', '^\\s*rejected "[^"]*" H=<HOST>(?:\\s|$)', 'FORGEABLE_IF_CHOSEN'],
    ['an address that goes on', '^\\s*refused <HOST>\\S*$', 'FORGEABLE_IF_CHOSEN'],
    ['both left open', 'refused login from <HOST> now', 'FORGEABLE_IF_CHOSEN'],
  ])('depends on who writes there for %s', (_, failregex, code) => {
    expect(findings(withFailregex(failregex))).toEqual(code ? [code] : []);
  });

  it.each([
    ['proven of the regex alone', '^\\s*x .*? from <HOST>', 'error'],
    ['text on both sides', '^\\s*x .* from <HOST>: .*$', 'warning'],
    ['text on both sides, a word behind', '^\\s*Request from .* failed for <ADDR> \\(id: \\S+\\)$', 'warning'],
    ['a name that is written raw', '^\\s*rejected "[^"]*" H=<ADDR>(?:\\s|$)', 'info'],
  ])('weighs as much as who is hurt for sure: %s', (_, failregex, severity) => {
    const jail = withFailregex(failregex);
    expect(jail.failregex.map((regex) => forgeableAddress(jail, regex, watch)?.severity)).toEqual([severity]);
  });

  it('is no error where the jail acknowledges it', () => {
    const reason = 'acknowledge = FORGEABLE_ADDRESS names here have no blanks';
    const jail = oneJail('failregex = ^\\s*x .*? from <HOST>', `usedns = no\n${reason}`);
    const [regex] = jail.failregex;
    expect(regex && forgeableAddress(jail, regex, watch)).toMatchObject({
      code: 'FORGEABLE_ADDRESS',
      severity: 'info',
    });
  });
});

describe('a wildcard that takes part of the address', () => {
  it.each([
    ['denied .*<HOST>:\\d+$', "'.*'"],
    ['^\\s*denied \\S*<ADDR>$', "'\\S*'"],
    ['^\\s*denied [^"]*<IP4> now$', `'[^"]*'`],
  ])('is an error that names the wildcard: %s', (failregex, wildcard) => {
    const jail = withFailregex(failregex);
    const [regex] = jail.failregex;
    const finding = regex && forgeableAddress(jail, regex, watch);
    expect(finding).toMatchObject({ code: 'FORGEABLE_ADDRESS', severity: 'error' });
    expect(finding?.help).toContain(`Write the character that stands between ${wildcard} and <`);
  });

  it.each([['denied .* <HOST>:\\d+$'], ['^\\s*denied \\d+: <ADDR>$'], ['^\\s*denied port=\\d* <HOST>$']])(
    'is not seen where a character stands between: %s',
    (failregex) => {
      expect(findings(withFailregex(failregex))).not.toContain('FORGEABLE_ADDRESS');
    },
  );
});

describe('a forged address is reported', () => {
  it('when prefregex is to blame', () => {
    const definition = 'prefregex = ^.*?gate: <F-CONTENT>.+</F-CONTENT>$\nfailregex = ^refused <HOST> now$';
    expect(findings(oneJail(definition))).toEqual([]);
    const lazy = 'prefregex = ^.*?gate: <F-CONTENT>.+?</F-CONTENT>$\nfailregex = ^refused .*? from <HOST>';
    expect(findings(oneJail(lazy))).toEqual(['FORGEABLE_ADDRESS']);
  });

  it('with the line, the text in it, and both addresses', () => {
    const jail = withFailregex('^\\s*refused user .*? from <HOST>');
    const [regex] = jail.failregex;
    const finding = regex && forgeableAddress(jail, regex, watch);
    expect(finding?.help).toContain("of the line 'Nov 22 10:15:30 refused user x from 203.0.113.9 from 192.0.2.110'");
    expect(finding?.help).toContain(
      "which is about 192.0.2.110, it bans 203.0.113.9, for the text 'x from 203.0.113.9'",
    );
  });

  it('not when ignoreregex drops what is forged', () => {
    const definition = 'failregex = ^\\s*refused user .*? from <HOST>\nignoreregex = from .* from';
    expect(findings(oneJail(definition))).toEqual([]);
  });

  it('not when another failregex takes the line first, and rightly', () => {
    const definition = 'failregex = ^\\s*refused .* from <HOST>$\n            ^\\s*refused .*? from <HOST>';
    expect(findings(oneJail(definition))).not.toContain('FORGEABLE_ADDRESS');
  });

  it.each([
    ['dates in brackets', '^\\s*\\[\\] refused user .*? from <HOST>', ''],
    ['dates of their own', '^ refused user .*? from <HOST>', 'datepattern = ^%%Y/%%m/%%d %%H:%%M:%%S\n'],
    ['no dates', '^refused user .*? from <HOST>', 'datepattern = {NONE}\n'],
    ['IPv6 only', '^\\s*refused user .*? from <IP6>', ''],
  ])('in a log with %s', (_, failregex, definition) => {
    const jail = oneJail(`${definition}failregex = ${failregex}`);
    expect(findings(jail)).toEqual(['FORGEABLE_ADDRESS']);
  });

  it('as the matchers of the stack and of a replay judge it', () => {
    const jail = withFailregex('^\\s*refused user .*? from <HOST>');
    const forgery = jail.failregex[0] && findForgery(jail, jail.failregex[0]);
    const stack = createLineMatcher(jail.match, { clock: 'event' });
    const file = createFileMatcher(jail.match, END_OF_2025);
    expect(stack.feed({ text: forgery?.line ?? '', eventTime: 0, eventId: '' })).toMatchObject([{ id: '203.0.113.9' }]);
    expect(file.feed(forgery?.line ?? '', [])).toMatchObject({ id: '203.0.113.9' });
  });

  it('or that the check was impossible, when the sample lines alone take forever', () => {
    const jail = withFailregex('^\\s*refused .* from <HOST>');
    const expired: Watch = () => ({ kind: 'expired', cpuMs: 0 });
    const codes = jail.failregex.map((regex) => forgeableAddress(jail, regex, expired)?.code);
    expect(codes).toEqual(['FORGERY_UNKNOWN']);
  });
});
