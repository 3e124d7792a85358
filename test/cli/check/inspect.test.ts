import { describe, expect, it } from 'vitest';
import { inspect } from '../../../cli/check/inspect.ts';
import type { Jail } from '../../../core/config/jail.ts';
import { readJails } from '../../../core/config/read-jails.ts';
import { textConfig } from '../../core/filter/text-config.ts';

function jailWith(failregex: string): Jail {
  const { jails } = readJails(
    textConfig({
      'jail.local': '[one]\nenabled = true\nfilter = one\nlogpath = /var/log/one.log\nusedns = no',
      'filter.d/one.conf': `[Definition]\nfailregex = ${failregex}`,
    }),
  );
  const [jail] = jails;
  if (!jail) throw new Error('no jail');
  return jail;
}

const codes = (failregex: string): string[] => inspect(jailWith(failregex)).map(({ code }) => code);

describe('an address that can be forged', () => {
  it.each([
    ['^user .* from <HOST>'],
    ['^user .*? from <HOST>'],
    ['^user [^"]+ from <HOST>'],
    ['^user (?:<F-USER>.*</F-USER>|x) from <HOST>'],
  ])('is seen in %s', (failregex) => {
    expect(codes(failregex)).toEqual(['FORGEABLE_ADDRESS']);
  });

  it.each([
    ['^user .* from <HOST>$'],
    ['^user .* from <HOST>(?: port \\d+)?\\s*$'],
    ['^user [^:]* from <HOST>$'],
    ['^user \\S+ from <HOST>'],
    ['^user [^\\d]* from <HOST>'],
    ['^from <HOST> user .*'],
    ['^user .{0,20} from <HOST>'],
  ])('is not seen in %s', (failregex) => {
    expect(codes(failregex)).toEqual([]);
  });
});

describe('exponential backtracking', () => {
  it.each([['^(?:a+)+ <HOST>$'], ['^(\\w*)* <HOST>$'], ['^(?:a+b?)* <HOST>$'], ['^(?:(?:x|a+))+ <HOST>$']])(
    'is seen in %s',
    (failregex) => {
      expect(codes(failregex)).toEqual(['EXPONENTIAL_BACKTRACKING']);
    },
  );

  it.each([['^(?:a+,)+ <HOST>$'], ['^(?:\\d+)? <HOST>$'], ['^(?:a+){1,3} <HOST>$'], ['^\\w+\\s* <HOST>$']])(
    'is not seen in %s',
    (failregex) => {
      expect(codes(failregex)).toEqual([]);
    },
  );
});
