import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateDetector } from '../../../core/dates/detector/date-detector.ts';
import type { DateTemplates } from '../../../core/dates/templates/date-template.ts';
import { compileDateTemplates } from '../../../core/dates/templates/date-templates.ts';
import { dateAlone } from '../../../core/match/date-alone.ts';

const NOW = Date.UTC(2024, 4, 6, 7, 8, 9) / 1000;

function compile(datepattern: string | undefined): DateTemplates {
  const { dates } = compileDateTemplates(datepattern);
  if (!dates) throw new Error('the datepattern is refused');
  return dates;
}

const pieces = fc.constantFrom(
  ...[
    '2024-05-06 07:08:09',
    'May  6 07:08:09',
    '06/May/2024:07:08:09 +0200',
    '05-06-2024 07:08:09',
    '1714979289',
    '07:08:09',
  ],
  ...[
    '<05/06/24@07:08:09>',
    '@40000000663879a32b0f1e3c',
    '20240506T070809',
    'Mon May 06 07:08:09 2024',
    '2024-02-31 00:00:00',
  ],
  ...[' ', '[', ']', 'x', ' door ', '"GET / HTTP/1.1"', ': '],
);
const lines = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(''));

describe.each([
  ['the default templates', undefined],
  ['templates tied to the start', '{^LN-BEG}'],
  ['one template', '%Y-%m-%d %H:%M:%S'],
  ['an optional date', '^%H:%M:%S\n{NONE}'],
])('dateAlone with %s', (_name, datepattern) => {
  const dates = compile(datepattern);
  const find = dateAlone(dates);

  it('finds what a new detector finds', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(NOW, NOW + 1e9, 0), (line, now) => {
        expect(find(line, now)).toEqual(createDateDetector(dates).find(line, now));
      }),
      { numRuns: 400, seed: 5 },
    );
  });
});
