import { describe, expect, it } from 'vitest';
import { compileDateTemplates } from '../../../../core/dates/templates/date-templates.ts';

function compiled(datepattern: string | undefined, logtimezone?: string) {
  const { dates, diagnostics } = compileDateTemplates(datepattern, { logtimezone });
  if (dates === undefined) throw new Error(JSON.stringify(diagnostics));
  return dates;
}

const codes = (datepattern: string | undefined, logtimezone?: string) =>
  compileDateTemplates(datepattern, { logtimezone }).diagnostics.map(({ code }) => code);

const shape = (datepattern: string) => {
  return compiled(datepattern).templates.map(({ name, kind, anchored }) => [name, kind, anchored]);
};

describe('the default templates', () => {
  it.each([undefined, '', ' \n ', '{DEFAULT}', '{default}'])(
    'are 31 for %j: 14 anchored twins before 17',
    (datepattern) => {
      const { templates } = compiled(datepattern);
      expect(templates).toHaveLength(31);
      const twins = templates.slice(0, 14);
      expect(
        twins.every(({ anchored, weight, name }) => anchored && weight === 100 && name.startsWith('{^LN-BEG}')),
      ).toBe(true);
      expect(templates.slice(14).every(({ weight }) => weight === 1)).toBe(true);
      expect(templates.slice(14).filter(({ anchored }) => anchored)).toHaveLength(3);
      expect(templates.filter(({ kind }) => kind === 'epoch')).toHaveLength(2);
      expect(templates.filter(({ kind }) => kind === 'tai64n')).toHaveLength(2);
    },
  );

  it('are the 17 anchored ones for {^LN-BEG}', () => {
    const { templates } = compiled('{^LN-BEG}');
    expect(templates).toHaveLength(17);
    expect(templates.every(({ anchored }) => anchored)).toBe(true);
  });

  it('have names that no two share', () => {
    const names = compiled(undefined).templates.map(({ name }) => name);
    expect(new Set(names).size).toBe(31);
  });

  it('are small as JSON, and the same after it', () => {
    const dates = compiled(undefined);
    const json = JSON.stringify(dates);
    expect(json.length).toBeLessThan(40_000);
    expect(JSON.parse(json)).toEqual(dates);
  });
});

describe('a line of a datepattern', () => {
  it.each<[string, [string, string, boolean][]]>([
    ['%Y-%m-%d', [['Year-Month-Day', 'strptime', false]]],
    ['^%d/%b/%Y', [['^Day/MON/Year', 'strptime', true]]],
    ['%d/%b/%Y$', [['Day/MON/Year$', 'strptime', true]]],
    ['{^LN-BEG}%ExY%Exm%Exd', [['{^LN-BEG}ExYearExMonthExDay', 'strptime', true]]],
    ['{^LN-BEG}**%H:%M', [['**24hour:Minute', 'strptime', false]]],
    ['{UNB}%H:%M', [['24hour:Minute', 'strptime', false]]],
    ['%H%%%M', [['24hour%Minute', 'strptime', false]]],
    ['EPOCH', [['Epoch', 'epoch', false]]],
    ['epoch', [['Epoch', 'epoch', false]]],
    ['{^LN-BEG}Epoch', [['{^LN-BEG}Epoch', 'epoch', true]]],
    ['^LEPOCH', [['{^LN-BEG}LongEpoch', 'epoch', true]]],
    ['tai64n', [['TAI64N', 'tai64n', false]]],
    ['{^LN-BEG}TAI64N', [['{^LN-BEG}TAI64N', 'tai64n', true]]],
    [String.raw`time=\[{EPOCH}\]`, [[String.raw`time=\[{EPOCH}\]`, 'epoch', false]]],
    ['{NONE}', [['^', 'none', true]]],
  ])('%s becomes %j', (datepattern, expected) => {
    expect(shape(datepattern)).toEqual(expected);
  });

  it('around {DATE} becomes 17 templates in that frame', () => {
    const templates = shape('^at {DATE}');
    expect(templates).toHaveLength(17);
    expect(templates.every(([name, , anchored]) => String(name).startsWith('^at ') && anchored)).toBe(true);
    // Of Epoch and TAI64N only the names stand in a frame, as in fail2ban; only at the very start
    // are they known.
    expect(templates.map(([, kind]) => kind)).not.toContain('epoch');
    expect(shape('^{DATE}').map(([, kind]) => kind)).toEqual(expect.arrayContaining(['epoch', 'tai64n']));
  });

  it('is followed by others, of which defaults that are there already are left out', () => {
    expect(shape('%Y-%m-%d\n\n  {^LN-BEG}\n%H:%M')).toHaveLength(19);
    expect(shape('{^LN-BEG}%H:%M:%S\n{^LN-BEG}')).toHaveLength(17);
    expect(shape('%Y-%m-%d\n{DEFAULT}')).toHaveLength(32);
  });
});

describe('logtimezone', () => {
  it.each([
    [undefined, 0],
    ['UTC', 0],
    ['CET', 60],
    ['UTC+0530', 330],
    ['-0430', -270],
  ])('%s is %i minutes east', (logtimezone, minutes) => {
    expect(compiled(undefined, logtimezone).defaultZoneMinutes).toBe(minutes);
  });

  it('that is a place is refused', () => {
    expect(compileDateTemplates(undefined, { logtimezone: 'Europe/Paris' })).toMatchObject({
      dates: undefined,
      diagnostics: [{ code: 'BAD_TIMEZONE', severity: 'error' }],
    });
  });
});

describe('what a datepattern gets wrong', () => {
  it.each([
    ['%Y-%Q', 'DATEPATTERN_DIRECTIVE_UNKNOWN', { line: 1, column: 4, length: 2 }],
    ['{^LN-BEG}%s', 'DATEPATTERN_DIRECTIVE_UNKNOWN', { line: 1, column: 10, length: 2 }],
    ['%H:%M\n  %Y%', 'DATEPATTERN_DIRECTIVE_UNKNOWN', { line: 2, column: 5, length: 1 }],
    ['%H:%M\n%H:%M', 'DATEPATTERN_DUPLICATE', { line: 2, column: 1, length: 5 }],
    ['EPOCH\n{EPOCH}\nepoch', 'DATEPATTERN_DUPLICATE', { line: 3, column: 1, length: 5 }],
  ])('%j is refused as %s at %j', (datepattern, code, at) => {
    const { dates, diagnostics } = compileDateTemplates(datepattern);
    expect(dates).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code, severity: 'error', at }]);
  });

  it.each(['(%Y', '%Y-%y-%Y', '%H:%M(?P<H>x)', '[%Y', '%d{DATE}', '%b(?i)x'])(
    '%s is refused by the regex in it',
    (text) => {
      const { dates, diagnostics } = compileDateTemplates(`%H\n${text}`);
      expect(dates).toBeUndefined();
      expect(diagnostics[0]).toMatchObject({ severity: 'error', at: { line: 2, column: 1, length: text.length } });
      expect(diagnostics[0]?.message).toContain(text);
    },
  );

  it('but may be meant is a warning', () => {
    expect(codes('Y-m-d')).toEqual(['DATEPATTERN_WITHOUT_DATE']);
    expect(codes('{^LN-BEG}{EPOCH}')).toEqual(['DATEPATTERN_MARK_IS_TEXT']);
    expect(codes('%Y {EPOCH}')).toEqual(['DATEPATTERN_MARK_IS_TEXT']);
    expect(codes('{EPOCH}\n{DATE} x\n{NONE}\nTAI64N\n%Y')).toEqual([]);
  });
});
