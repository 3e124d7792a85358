import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateDetector, type DetectorState } from '../../../../core/dates/detector/date-detector.ts';
import { matchersAt } from '../../../../core/dates/detector/template-matcher.ts';
import type { DateTemplates } from '../../../../core/dates/templates/date-template.ts';
import { compileDateTemplates } from '../../../../core/dates/templates/date-templates.ts';
import { anyPatternAndLines } from '../../../conformance/python-dates/date-patterns.ts';
import { anyLog, anyNow, type Parts, write } from '../../../conformance/python-dates/date-texts.ts';
import { fuzzCases, fuzzTimeout } from '../../../conformance/python-dates/fuzz-cases.ts';

function compiled(datepattern?: string): DateTemplates {
  const { dates, diagnostics } = compileDateTemplates(datepattern);
  if (dates === undefined) throw new Error(JSON.stringify(diagnostics));
  return dates;
}

const DEFAULTS = compiled();

/** The same templates with nothing but their regexes: no reading in place, no sieves. */
function withoutScans(dates: DateTemplates): DateTemplates {
  return { ...dates, templates: dates.templates.map(({ scan, ...template }) => template) };
}

function expectSame(dates: DateTemplates, lines: readonly string[], now: number): void {
  // Otherwise made only when many lines have been searched for every template.
  expect(matchersAt(dates, now).gate).toBeDefined();
  const fast = createDateDetector(dates);
  const plain = createDateDetector(withoutScans(dates));
  for (const line of lines) expect([line, fast.find(line, now)]).toEqual([line, plain.find(line, now)]);
  expect(fast.state()?.last).toEqual(plain.state()?.last);
  expect(fast.state()?.places.order).toEqual(plain.state()?.places.order);
}

describe('reading without a RegExp', () => {
  it(
    'finds what the regexes of the default templates find',
    () => {
      fc.assert(
        fc.property(anyLog, anyNow, (lines, now) => expectSame(DEFAULTS, lines, now)),
        fuzzCases(150),
      );
    },
    fuzzTimeout,
  );

  it(
    'finds what the regexes of any datepattern find',
    () => {
      fc.assert(
        fc.property(anyPatternAndLines, anyNow, ({ datepattern, lines }, now) => {
          const { dates } = compileDateTemplates(datepattern);
          if (dates !== undefined) expectSame(dates, lines, now);
        }),
        fuzzCases(80),
      );
    },
    fuzzTimeout,
  );

  it('is done for the default templates, and for datepatterns like those of common filters', () => {
    const scanned = DEFAULTS.templates.filter(({ kind, scan }) => kind === 'strptime' && scan !== undefined);
    expect(scanned).toHaveLength(27);
    for (const datepattern of [
      String.raw`^[^\[]*\[({DATE})`,
      String.raw`^<\d+>\d+\s+{DATE}`,
      '{^LN-BEG}%ExY(?P<_sep>[-/.])%m(?P=_sep)%d[T ]%H:%M:%S(?:[.,]%f)?(?:\\s*%z)?',
      '^%Y-%m-%d %H:%M:%S',
      '%d/%b/%Y:%H:%M:%S %z',
      '^L %d/%m/%Y - %H:%M:%S',
    ]) {
      expect(compiled(datepattern).templates[0]?.scan, datepattern).toBeDefined();
    }
  });
});

describe('however a log is cut', () => {
  it(
    'a detector that goes on from the state of another finds the same',
    () => {
      const cut = fc.tuple(anyLog, anyNow, fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }));
      fc.assert(
        fc.property(cut, ([lines, now, cuts]) => {
          const whole = createDateDetector(DEFAULTS);
          let piece = createDateDetector(DEFAULTS);
          for (const [index, line] of lines.entries()) {
            if (cuts[index % cuts.length]) {
              const state: DetectorState | undefined = JSON.parse(JSON.stringify(piece.state() ?? null)) ?? undefined;
              piece = createDateDetector(DEFAULTS, state);
            }
            expect(piece.find(line, now)).toEqual(whole.find(line, now));
          }
          expect(piece.state()).toEqual(whole.state());
        }),
        fuzzCases(100),
      );
    },
    fuzzTimeout,
  );
});

/** Formats that name a moment to the second, each with what stands for the zone. */
const WHOLE = [
  ...[
    'Y-m-dTH:M:Sz',
    'Y/m/d H:M:S z',
    'Y.m.d H:M:S.f',
    'b d H:M:S Y',
    'a b d H:M:S.f Y',
    'b d Y H:M:S',
    'a b d Y H:M:S',
  ],
  ...['d/m/Y H:M:S', 'd-m-Y H:M:S', 'd/m/y H:M:S', 'd/b/Y:H:M:S z', 'd-b-Y H:M:S.f', 'd/b/Y H:M:S', 'm/d/Y:H:M:S'],
  ...[
    '<m/d/y@H:M:S>',
    'ymd H:M:S',
    'b-d-y H:M:S',
    'YmdTHMS',
    'YmdTHMSz',
    'Ymd HMS.f',
    'z b d H:M:S Y',
    'z a b d H:M:S Y',
  ],
];

/** The parts of a moment as a clock in that zone shows it. */
function partsOf(time: number, zone: string, minutes: number, fraction: number): Parts {
  const date = new Date((time + minutes * 60) * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: (date.getUTCDay() + 6) % 7,
    fraction,
    zone,
  };
}

describe('a moment written in any of the forms', () => {
  const moment = fc.integer({ min: Date.UTC(2000, 0, 2) / 1000, max: Date.UTC(2029, 11, 30) / 1000 });
  const zone = fc.constantFrom<[string, number]>(['Z', 0], ['+0100', 60], ['-0930', -570], ['+12:45', 765], ['UTC', 0]);

  it.each(WHOLE)('%s is found again', (format) => {
    const isZoned = format.includes('z');
    fc.assert(
      fc.property(moment, zone, fc.nat(999_999), (time, [name, minutes], fraction) => {
        const text = write(format, partsOf(time, name, isZoned ? minutes : 0, fraction), 0);
        const line = `${text} host daemon[42]: something`;
        expect(createDateDetector(DEFAULTS).find(line, time)).toMatchObject({ time, start: 0, end: text.length });
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

describe('any text', () => {
  it(
    'is read without an error',
    () => {
      fc.assert(
        fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 })), anyNow, (lines, now) => {
          const detector = createDateDetector(DEFAULTS);
          for (const line of lines) {
            const found = detector.find(line, now);
            if (found === undefined) continue;
            expect(found.start).toBeLessThanOrEqual(found.end);
            expect(found.end).toBeLessThanOrEqual(line.length);
          }
        }),
        fuzzCases(40),
      );
    },
    fuzzTimeout,
  );

  it('however long is read in time that grows with its length', () => {
    const detector = createDateDetector(DEFAULTS);
    for (const piece of ['1', ' ', 'Jan ', '2026-03-05T', '9/9/', '[', 'mon ', '05 ', '\u0662']) {
      expect(detector.find(piece.repeat(100_000), 1_700_000_000)).toBeUndefined();
    }
  });
});
