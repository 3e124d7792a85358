import { createDateDetector, type DateDetector, type FoundDate } from '../dates/detector/date-detector.ts';
import type { DateTemplates } from '../dates/templates/date-template.ts';
import { cutDate, type LineDates } from './line-dates.ts';
import { isTooLong } from './longest-line.ts';
import type { Restorable } from './time-budget.ts';

/**
 * Lines that matched before what was learned from them is copied, which costs as much as finding
 * some dozen dates.
 */
const COPIED_AFTER = 64;

/** The times of a file's lines by their own dates, where most lines are never looked at. */
export interface FileDates extends Restorable {
  /** @param between the lines between this one and the one read before, the last of them first */
  read(text: string, between: Iterable<string>): ReturnType<LineDates['read']>;
  /** A failregex matched the line that was read last. */
  confirm(): void;
  /** Lines that will not be there any more when the next one is read, the last of them first. */
  leave(lines: Iterable<string>): void;
}

/**
 * The same times as `replayDates` of line-dates.ts gives, which is handed every line: a line
 * without a date has that of the last line before it that has one, and the date templates learn
 * from lines that matched. Here the lines in between are looked at only when a line turns out to
 * have no date.
 *
 * @param reference epoch seconds that dates without a year are the last before
 */
export function fileDates(dates: DateTemplates | undefined, reference: number): FileDates {
  if (!dates) return UNDATED;
  // What the templates have learned from lines that matched: that of one detector and of a few
  // lines more, so that it can be passed to another, which is tried on the line at hand and has
  // learned too much if that does not match.
  let learned = createDateDetector(dates);
  let since: string[] = [];
  let trial = createDateDetector(dates);
  let tried: string | undefined;
  let lastDate: number | undefined;

  function find(text: string): FoundDate | undefined {
    if (tried !== undefined) forget();
    tried = text;
    return trial.find(text, reference);
  }

  function forget(): void {
    for (const text of since) learned.find(text, reference);
    since = [];
    trial = copyOf(learned);
  }

  function copyOf(detector: DateDetector): DateDetector {
    return createDateDetector(dates as DateTemplates, detector.state());
  }

  function leave(lines: Iterable<string>): void {
    for (const text of lines) {
      const time = isTooLong(text) ? undefined : find(text)?.time;
      if (time === undefined) continue;
      lastDate = time;
      return;
    }
  }

  return {
    read(text, between) {
      const found = find(text);
      if (found?.time !== undefined) {
        lastDate = found.time;
        return { line: cutDate(text, found), time: lastDate };
      }
      leave(between);
      return { line: lastDate === undefined ? cutDate(text, found) : { subject: text, text }, time: lastDate };
    },
    confirm() {
      if (tried === undefined) return;
      since.push(tried);
      tried = undefined;
      if (since.length < COPIED_AFTER) return;
      learned = copyOf(trial);
      since = [];
    },
    leave,
    snapshot() {
      const kept = { learned: learned.state(), since: [...since], lastDate };
      return () => {
        learned = createDateDetector(dates, kept.learned);
        ({ since, lastDate } = kept);
        tried = undefined;
        forget();
      };
    },
  };
}

const UNDATED: FileDates = {
  read: (text) => ({ line: { subject: text, text }, time: undefined }),
  confirm() {},
  leave() {},
  snapshot: () => () => undefined,
};
