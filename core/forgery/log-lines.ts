import { createDateDetector } from '../dates/detector/date-detector.ts';
import type { DateTemplates } from '../dates/templates/date-template.ts';
import { createLineMatcher } from '../match/line-matcher.ts';
import type { CompiledMatch } from '../records/compiled-jail.ts';

/** 2025-11-22T10:15:30Z, when the lines of a check are written. */
export const EVENT_TIME = 1_763_806_530;
const DATES = [
  'Nov 22 10:15:30',
  '2025-11-22 10:15:30',
  '2025-11-22T10:15:30+00:00',
  'Sat Nov 22 10:15:30 2025',
  'Sat Nov 22 10:15:30.000000 2025',
  '22/Nov/2025:10:15:30 +0000',
  '2025/11/22 10:15:30',
  '22-11-2025 10:15:30',
  '11/22/2025 10:15:30',
  '251122 10:15:30',
  String(EVENT_TIME),
];

/** Where the date may stand in the lines of a jail: a text without date as a line with one. */
export type Layout = (subject: string) => string;

/**
 * The forms that a line may have for which the regexes see a given text: they see it without its
 * date, of which brackets around it stay. The likeliest first; the last is the line without a date,
 * which takes the time of its event.
 */
export function layouts(dates: DateTemplates | undefined): readonly Layout[] {
  const date = dates && DATES.find((text) => isReadWhole(text, dates));
  const bare: Layout = (subject) => subject;
  if (date === undefined) return [bare];
  return [
    (subject) => (subject.includes('[]') ? subject.replace('[]', `[${date}]`) : `${date} ${subject.trimStart()}`),
    (subject) => `${date} ${subject.trimStart()}`,
    (subject) => `${date}${subject}`,
    bare,
  ];
}

function isReadWhole(text: string, dates: DateTemplates): boolean {
  const found = createDateDetector(dates).find(`${text} `, EVENT_TIME);
  return found?.time !== undefined && found.start === 0 && found.end === text.length;
}

/** Whom the jail's matcher would ban for this line alone. */
export function answers(match: CompiledMatch, line: string): readonly string[] {
  const matcher = createLineMatcher(match, { clock: 'event' });
  return matcher.feed({ text: line, eventTime: EVENT_TIME, eventId: 'check' }).map(({ id }) => id);
}
