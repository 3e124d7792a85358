import { describe, expect, it } from 'vitest';
import { createDateDetector, type DetectorState } from '../../../../core/dates/detector/date-detector.ts';
import { compileDateTemplates } from '../../../../core/dates/templates/date-templates.ts';

const at = (text: string) => Date.parse(text) / 1000;
const NOW = at('2026-11-21T12:00:00Z');

function detector(datepattern?: string, logtimezone?: string) {
  const { dates, diagnostics } = compileDateTemplates(datepattern, { logtimezone });
  if (dates === undefined) throw new Error(JSON.stringify(diagnostics));
  return createDateDetector(dates);
}

/** The text that is cut out and its time, `undefined` for no date. */
function read(line: string, datepattern?: string, logtimezone?: string, now = NOW) {
  const found = detector(datepattern, logtimezone).find(line, now);
  return found && [line.slice(found.start, found.end), found.time && new Date(found.time * 1000).toISOString()];
}

const NOON = '2026-03-05T09:08:07.000Z';

describe('the default templates', () => {
  it.each([
    ['2026-03-05T09:08:07', NOON],
    ['2026-03-05T09:08:07.123456Z', NOON],
    ['2026-03-05T10:08:07,123+01:00', NOON],
    ['2026-03-05 04:08:07 -0500', NOON],
    ['2026/3/5  9:8:7', NOON],
    ['2026.03.05 09:08:07', NOON],
    ['Mar  5 09:08:07', NOON],
    ['mar 05 9:08:07', NOON],
    ['Thu Mar  5 09:08:07.123 2026', NOON],
    ['Fri MAR 5 09:08:07', NOON],
    ['Mar 05 2026 09:08:07', NOON],
    ['Thu Mar 5 2026  9:08:07.5', NOON],
    ['05/03/2026 09:08:07', NOON],
    ['05-3-26 9:08:07', NOON],
    ['05/Mar/2026:10:08:07 +0100', NOON],
    ['05-Mar-2026 09:08:07.123', NOON],
    ['05-mar-2026 09:08:07 GMT', NOON],
    ['03/05/2026:09:08:07', NOON],
    ['03-25-2026 09:08:07.123', '2026-03-25T09:08:07.000Z'],
    ['260305 09:08:07', NOON],
    ['260305  9:08:07', NOON],
    ['Mar 5, 2026 9:08:07 AM', NOON],
    ['Mar 05, 2026 09:08:07 pm', '2026-03-05T21:08:07.000Z'],
    ['20260305T090807', NOON],
    ['20260305 100807.123+0100', NOON],
    ['EST Mar  5 04:08:07', NOON],
    ['-0500 Thu Mar  5 04:08:07 2026', NOON],
  ])('find %s, at the start of a line and amid it', (text, time) => {
    expect(read(`${text} host x`)).toEqual([text, time]);
    expect(read(`[${text}] host x`)).toEqual([text, time]);
    expect(read(`host daemon(1): ${text}, x`)).toEqual([text, time]);
    expect(read(`daemon[1]: <${text}`)).toEqual([text, time]);
  });

  it.each([
    ['09:08:07 x', '09:08:07', '2026-11-21T09:08:07.000Z'],
    ['[13:08:07] x', '13:08:07', '2026-11-20T13:08:07.000Z'],
    ['<03/05/26@09:08:07> x', '<03/05/26@09:08:07>', NOON],
    ['Mar-05-26 09:08:07 x', 'Mar-05-26 09:08:07', NOON],
    ['1772701687 x', '1772701687', NOON],
    ['[1772701687.250] x', '1772701687.250', '2026-03-05T09:08:07.250Z'],
    ['type=X msg=audit(1772701687.250:17): x', '1772701687.250', '2026-03-05T09:08:07.250Z'],
    ['@4000000069a947f700000000 x', '@4000000069a947f700000000', NOON],
  ])('find the date of %s', (line, text, time) => {
    expect(read(line)).toEqual([text, time]);
  });

  it.each([
    'no date at all',
    '',
    'x 09:08:07 y',
    'x <03/05/26@09:08:07> y',
    'x Mar-05-26 09:08:07 y',
    'x 1772701687 y',
    '177270168 x',
    '177270168712 x',
    '1772701687x',
    'x2026-03-05T09:08:07',
    '2026-03-05T09:08:07x',
    '2026-03/05 09:08:07',
    '1999-03-05 09:08:07',
    '2036-03-05 09:08:07',
    'Mär  5 09:08:07',
    'é2026-03-05 09:08:07',
  ])('find nothing in %j', (line) => {
    expect(read(line)).toBeUndefined();
  });

  it.each([
    ['Feb 30 09:08:07 x', 'Feb 30 09:08:07'],
    ['2026-03-05 09:08:60 x', '2026-03-05 09:08:60'],
    ['Mar  5 29:08:07 x', 'Mar  5 29:08:07'],
    ['XYZ Mar  5 09:08:07 x', 'XYZ Mar  5 09:08:07'],
  ])('cut out what only looks like a date: %s', (line, text) => {
    expect(read(line)).toEqual([text, undefined]);
  });

  it('know no leap day in a year without one', () => {
    expect(read('Feb 29 09:08:07 x', undefined, undefined, at('2025-03-01T00:00:00Z'))).toEqual([
      'Feb 29 09:08:07',
      undefined,
    ]);
    expect(read('Feb 29 09:08:07 x', undefined, undefined, at('2024-03-01T00:00:00Z'))?.[1]).toBe(
      '2024-02-29T09:08:07.000Z',
    );
  });

  it('take a year behind a date only if it is one', () => {
    expect(read('Mar  5 09:08:07 2026 x')?.[0]).toBe('Mar  5 09:08:07 2026');
    expect(read('Mar  5 09:08:07 2026x')?.[0]).toBe('Mar  5 09:08:07');
    expect(read('Mar  5 09:08:07 1987 x')?.[0]).toBe('Mar  5 09:08:07');
    expect(read('2026-03-05 09:08:07 Zebra')?.[0]).toBe('2026-03-05 09:08:07');
  });

  it('read dates without a zone in logtimezone', () => {
    expect(read('Mar  5 09:08:07 x', undefined, 'UTC+0200')?.[1]).toBe('2026-03-05T07:08:07.000Z');
    expect(read('2026-03-05T09:08:07Z x', undefined, 'UTC+0200')?.[1]).toBe(NOON);
    expect(read('1772701687 x', undefined, 'UTC+0200')?.[1]).toBe(NOON);
  });
});

describe('a datepattern', () => {
  it.each([
    ['%Y-%m-%d', 'on 2026-03-05.', '2026-03-05', '2026-03-05T00:00:00.000Z'],
    ['%B %Exd %I:%ExM:%ExS', 'March 05 12:08:07 x', 'March 05 12:08:07', '2026-03-05T00:08:07.000Z'],
    [
      '%A, %d. %B %Y %l:%M %p',
      'thursday, 5. MARCH 2026  9:08 am',
      'thursday, 5. MARCH 2026  9:08 am',
      '2026-03-05T09:08:00.000Z',
    ],
    ['%c', 'x Thu Mar  5 09:08:07 2026 y', 'Thu Mar  5 09:08:07 2026', NOON],
    ['%x %X', '03/05/26 9:08:07', '03/05/26 9:08:07', NOON],
    ['%Y %j', '2026 064', '2026 064', '2026-03-05T00:00:00.000Z'],
    ['%y %U %w %H', '26 09 4 09', '26 09 4 09', '2026-03-05T09:00:00.000Z'],
    ['%y %W %A', '26 09 Thursday', '26 09 Thursday', '2026-03-05T00:00:00.000Z'],
    ['%Y%m%d %H%M%S', 'x 202635 987', '202635 987', NOON],
    ['%H:%M:%S %Exz', '10:08:07 CET', '10:08:07 CET', '2026-11-21T09:08:07.000Z'],
    ['%d/%b[^/]*/%Y', '5/March/2026 x', '5/March/2026', '2026-03-05T00:00:00.000Z'],
    [String.raw`^[^\[]*\[({DATE})`, '1.2.3.4 - [05/Mar/2026:09:08:07] x', '05/Mar/2026:09:08:07', NOON],
    [String.raw`^[^\[]*(\[{DATE}\s*\])`, 'x [2026-03-05 09:08:07 ] y', '[2026-03-05 09:08:07 ]', NOON],
    [String.raw`^<\d+>\d+\s+{DATE}`, '<34>1 2026-03-05T09:08:07Z x', '<34>1 2026-03-05T09:08:07Z', NOON],
    [String.raw`(?<=\| ){LEPOCH}(?= \|)`, 'x | 1772701687250 | y', '1772701687250', '2026-03-05T09:08:07.250Z'],
    ['LEPOCH', '1772701687250250 x', '1772701687250250', '2026-03-05T09:08:07.250Z'],
    ['^LEPOCH', '[1772701687] x', '1772701687', NOON],
    // The first group is what is cut out, though the whole match is read.
    ['(%H):%M on %Y-%m-%d', '09:08 on 2026-03-05', '09', '2026-03-05T09:08:00.000Z'],
    ['%Y-(%m-%d)', '2026-03-05', '2026', '2026-03-05T00:00:00.000Z'],
    // Arabic digits are digits.
    ['%Y-%m-%d', '٢٠٢٦-٠٣-٠٥', undefined, undefined],
    ['%Y-%Exm-%Exd', '٢٠٢٦-0٣-0٥', undefined, undefined],
    ['%Y %H', '٢٠٢٦ 1٢', '٢٠٢٦ 1٢', '2026-11-21T12:00:00.000Z'],
  ])('%s reads %j', (datepattern, line, text, time) => {
    expect(read(line, datepattern)).toEqual(text && [text, time]);
  });

  it.each([
    ['%H:%M', 'x09:08', undefined],
    ['%H:%M', '09:08x', undefined],
    ['%H:%M', '(09:08)', '09:08'],
    ['**%H:%M**', 'x09:08y', '09:08'],
    ['%H:%M**', 'x 09:08y', '09:08'],
    ['{UNB}%H:%M', 'x09:08y', '09:08'],
    ['^%H:%M', ' 09:08', undefined],
    ['{^LN-BEG}%H:%M', '[(09:08', '09:08'],
    ['{^LN-BEG}%H:%M', '[((09:08', undefined],
    ['{^LN-BEG}%H:%M', 'x 09:08', undefined],
    ['%H:%M$', 'x 09:08', '09:08'],
    ['%H:%M$', '09:08 x', undefined],
    [String.raw`\b%H:%M\b`, 'x 09:08 y', '09:08'],
    [String.raw`\[%H:%M\]`, 'x[09:08]y', '[09:08]'],
    // A blank behind the mark is dropped, unless names make the pattern ignore case.
    ['{^LN-BEG} %H:%M', ' 09:08', '09:08'],
    ['{^LN-BEG} %b %d', ' Mar 5', ' Mar 5'],
    ['%H:%M', 'ü09:08', undefined],
    ['%H:%M', '«09:08»', '09:08'],
  ])('%s is bound: %j gives %j', (datepattern, line, text) => {
    expect(read(line, datepattern)?.[0]).toBe(text);
  });

  it('{NONE} finds an empty text in every line, and no time', () => {
    for (const line of ['', 'x', '2026-03-05 09:08:07']) {
      expect(detector('{NONE}').find(line, NOW)).toEqual({ time: undefined, start: 0, end: 0, template: 0 });
    }
  });

  it('that may be empty finds an empty text where there is no date', () => {
    expect(detector('^(?:%H:%M )?').find('x', NOW)).toMatchObject({ time: undefined, start: 0, end: 0 });
    expect(read('09:08 x', '^(?:%H:%M )?')?.[0]).toBe('09:08 ');
    expect(detector('(?:%H:%M )?').find('', NOW)).toMatchObject({ time: undefined, start: 0, end: 0 });
  });

  it('of several lines is tried from the first to the last', () => {
    expect(read('at 09:08 on 2026-03-05', '^at %H:%M\n%Y-%m-%d')?.[0]).toBe('at 09:08');
    expect(read('on 2026-03-05', '^at %H:%M\n%Y-%m-%d')?.[0]).toBe('2026-03-05');
  });

  it('counts in UTF-16 code units', () => {
    expect(detector('%Y-%m-%d').find('😀 2026-03-05', NOW)).toMatchObject({ start: 3, end: 13 });
  });
});

describe('of several dates in a line', () => {
  /** Texts found in these lines by one detector. */
  const texts = (lines: readonly string[], datepattern?: string) => {
    const one = detector(datepattern);
    return lines.map((line) => {
      const found = one.find(line, NOW);
      return found && line.slice(found.start, found.end);
    });
  };

  it('the leftmost is taken when nothing is known yet', () => {
    expect(texts(['some 260305  9:08:07 -- 2026-03-06 10:00:00'])).toEqual(['260305  9:08:07']);
  });

  it('the one where dates have been is taken, not one that a client wrote', () => {
    const lines = Array.from({ length: 5 }, () => 'db[10]: 2026-03-05 09:08:07 [Note] x');
    const forged = 'db[10]: 260305 09:08:08 [Note] user 2026-03-07 00:00:00 denied';
    expect(texts([...lines, forged])).toEqual([...lines.map(() => '2026-03-05 09:08:07'), '260305 09:08:08']);
  });

  it('one at the start of the line is taken before any other', () => {
    const amid = 'db[10]: 2026-03-05 09:08:07 x';
    expect(texts([amid, amid, amid, 'Mar  6 10:00:00 db[10]: 2026-03-05 09:08:07 x'])[3]).toBe('Mar  6 10:00:00');
  });

  it('a word in front of the first may be taken for its zone', () => {
    expect(texts(['daemon[1] got Mar  6 10:00:00 y'])).toEqual(['got Mar  6 10:00:00']);
    expect(texts(['Mar  6 10:00:00 y', 'got Mar  6 10:00:00 y'])).toEqual(['Mar  6 10:00:00', 'got Mar  6 10:00:00']);
  });

  it('a digit beyond the basic plane at its end is a digit: what follows is no mark of the same place', () => {
    const digit = '\u{1d7d8}';
    const lines = [`x 2026-03-0${digit} y`, `x 2026-03-0${digit}y`];
    expect(texts(lines, String.raw`%Y-%m-\d+`)).toEqual([`2026-03-0${digit}`, undefined]);
  });

  it('a form that takes over is tried first from then on', () => {
    const one = detector();
    const first = one.find('x 2026-03-05 09:08:07 y', NOW);
    const second = one.find('Mar  6 10:00:00 y', NOW);
    const third = one.find('Mar  6 10:00:01 z', NOW);
    expect(second?.template).not.toBe(first?.template);
    expect(third?.template).toBe(second?.template);
    expect(one.state()?.places.order).toEqual([first?.template, second?.template]);
  });
});

describe('the state of a detector', () => {
  const lines = [
    'db[10]: 2026-03-05 09:08:07 [Note] x',
    'Mar  6 10:00:00 host x',
    'no date',
    'db[10]: 260305 09:08:08 [Note] user 2026-03-07 00:00:00 denied',
    '10.0.0.1 - - [05/Mar/2026:09:08:07 +0000] "GET /2026-03-05 HTTP/1.1"',
    '10.0.0.10 - - [05/Mar/2026:09:08:08 +0000] "GET /2026-03-05 HTTP/1.1"',
  ];

  it('is absent until a date is found', () => {
    const one = detector();
    one.find('no date', NOW);
    expect(one.state()).toBeUndefined();
  });

  it('goes through JSON, is small, and is all that another detector needs to go on', () => {
    const { dates } = compileDateTemplates(undefined);
    if (dates === undefined) throw new Error('refused');
    const whole = createDateDetector(dates);
    const expected = lines.map((line) => whole.find(line, NOW));
    let state: DetectorState | undefined;
    const inPieces = lines.map((line) => {
      const piece = createDateDetector(dates, state);
      const found = piece.find(line, NOW);
      const json = JSON.stringify(piece.state());
      expect(json.length).toBeLessThan(400);
      state = JSON.parse(json);
      return found;
    });
    expect(inPieces).toEqual(expected);
    expect(state).toEqual(whole.state());
  });
});
