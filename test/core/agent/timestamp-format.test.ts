import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  derivedFormat,
  formatMistake,
  hasZone,
  NAMED_FORMATS,
  readsSameTime,
  sampleDate,
} from '../../../core/agent/timestamp-format.ts';
import { compileDateTemplates } from '../../../core/dates/templates/date-templates.ts';
import { dateForAgent } from './agent-schema.ts';

function dates(datepattern?: string, logtimezone?: string) {
  const { dates } = compileDateTemplates(datepattern, { logtimezone });
  if (dates === undefined) throw new Error(`no templates for ${datepattern}`);
  return dates;
}

describe('the format of the dates a jail reads', () => {
  it.each([
    ['{^LN-BEG}%b %d %H:%M:%S', '%b %d %H:%M:%S'],
    ['{^LN-BEG}%ExY-%m-%dT%H:%M:%S', '%Y-%m-%dT%H:%M:%S'],
    [String.raw`^\[%a %b %d %H:%M:%S\.%f %Y\]`, '[%a %b %d %H:%M:%S.%f %Y]'],
    ['^%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M:%S'],
    ['^%Y-%m-%d %H:%M:%S %z', '%Y-%m-%d %H:%M:%S %z'],
  ])('%s is the agent’s %s, and both read a line the same', (datepattern, format) => {
    expect(derivedFormat(datepattern)).toEqual({ kind: 'format', format });
    expect(readsSameTime(format, dates(datepattern))).toBe(true);
    expect(dateForAgent(`${sampleDate(format)} host program[1]: text`, format)).toBe(sampleDate(format));
  });

  it.each([undefined, '', '{^LN-BEG}', '{DEFAULT}', '^{DATE}'])('%s leaves it open', (datepattern) => {
    expect(derivedFormat(datepattern)).toEqual({ kind: 'open' });
  });

  it.each([
    // The date stands behind what a stranger writes: the agent would take the stranger's.
    [String.raw`^[^\[]*\[(%d/%b/%Y:%H:%M:%S(?: %z)?)\]`],
    ['%b %d %H:%M:%S'],
    // Not one form, or none the agent has words for.
    ['{^LN-BEG}%b %d %H:%M:%S\n{^LN-BEG}%Y-%m-%d %H:%M:%S'],
    ['{^LN-BEG}%b %d %k:%M:%S'],
    ['{^LN-BEG}%B %d %H:%M:%S'],
    ['{^LN-BEG}%Y-%m-%d %H:%M:%S(?:,%f)?'],
    ['{^LN-BEG}TAI64N'],
    ['EPOCH'],
    ['{^LN-BEG}%H:%M:%S'],
    ['{NONE}'],
  ])('%j has none', (datepattern) => {
    expect(derivedFormat(datepattern)).toEqual({ kind: 'none' });
  });

  it('never gives a format that the jail would read otherwise', () => {
    const parts = [
      '%ExY',
      '%Y',
      '%m',
      '%d',
      '%b',
      '%H',
      '%k',
      '%M',
      '%S',
      '%f',
      '%z',
      '%Z',
      '-',
      '/',
      ' ',
      ':',
      'T',
      '.',
    ];
    let seen = 0;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...parts), { size: 'max', maxLength: 16 }),
        fc.boolean(),
        (pieces, whole) => {
          const tail = whole ? '%ExY-%m-%d %H:%M:%S' : '';
          const datepattern = `{^LN-BEG}${tail}${pieces.join('').replaceAll('.', '\\.')}`;
          const derived = derivedFormat(datepattern);
          const compiled = compileDateTemplates(datepattern).dates;
          if (derived.kind !== 'format' || compiled === undefined) return;
          const line = `${sampleDate(derived.format)} host`;
          if (!readsSameTime(derived.format, compiled)) return;
          seen += 1;
          expect(line.startsWith(dateForAgent(line, derived.format) ?? '?')).toBe(true);
        },
      ),
      { numRuns: 300, seed: 6 },
    );
    expect(seen).toBeGreaterThan(20);
  });
});

describe('a format that an operator gives', () => {
  it('may be one that has a name', () => {
    for (const format of Object.values(NAMED_FORMATS)) {
      expect(formatMistake(format)).toBeUndefined();
      expect(readsSameTime(format, dates())).toBe(true);
      expect(readsSameTime(format, dates('{^LN-BEG}'))).toBe(true);
    }
  });

  it.each([
    ['%b %e %H:%M:%S', '%e'],
    ['%B %d %H:%M:%S', '%B'],
    ['%H:%M:%S', 'day'],
    ['yesterday', 'day'],
  ])('%s is refused', (format, why) => {
    expect(formatMistake(format)).toContain(why);
  });

  it('is not what the jail reads when the jail takes month for day', () => {
    expect(readsSameTime('%m/%d/%y %H:%M:%S', dates('{^LN-BEG}%d/%m/%y %H:%M:%S'))).toBe(false);
  });

  it('gives the same time in another zone', () => {
    expect(readsSameTime('%b %d %H:%M:%S', dates(undefined, 'UTC+0200'))).toBe(true);
    expect(hasZone('%Y-%m-%d %H:%M:%S %z')).toBe(true);
    expect(hasZone('%Y-%m-%d %H:%M:%S')).toBe(false);
  });
});

describe('a wrong format', () => {
  it('takes what a stranger wrote for the date: why none is guessed', () => {
    const line = '2025-11-21T21:45:36 web sshd[1]: Invalid user Jan  1 00:00:00 from 192.0.2.1 port 4';
    expect(dateForAgent(line, '%b %d %H:%M:%S')).toBe('Jan  1 00:00:00');
    expect(dateForAgent(line, '%Y-%m-%dT%H:%M:%S')).toBe('2025-11-21T21:45:36');
  });
});
