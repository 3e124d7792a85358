import {
  createDateDetector,
  type DateDetector,
  type DetectorState,
  type FoundDate,
} from '../dates/detector/date-detector.ts';
import type { DateTemplates } from '../dates/templates/date-template.ts';
import { dateAlone } from './date-alone.ts';
import type { BufferedLine } from './line-buffer.ts';
import type { Restorable } from './time-budget.ts';

/** A line without its date, and when it happened. */
interface DatedLine {
  readonly line: BufferedLine;
  /** Epoch seconds; `undefined` when unknown. */
  readonly time: number | undefined;
}

/** Returns the time of each line of one stream. */
export interface LineDates extends Restorable {
  read(text: string, eventTime: number | undefined): DatedLine;
  /** A failregex matched the line that was read last. */
  confirm(): void;
  /** A line that no failregex can match. */
  skip(text: string): void;
  state(): LineDatesState | undefined;
}

/** JSON-serializable. */
export interface LineDatesState {
  readonly lastDate?: number;
  readonly detector?: DetectorState;
}

/**
 * fail2ban/server/filter.py: processLine; a line's date that is as far from now as 61 s is not
 * believed.
 */
const MOST_DEVIATION = 60;
/**
 * Lines without a date, of a stream that has dates, that are kept back before one is looked for in
 * them.
 */
const MOST_SKIPPED = 1024;

/**
 * The line without the text of its date; brackets around it stay, and filters expect an empty pair.
 */
export function cutDate(text: string, found: FoundDate | undefined): BufferedLine {
  if (!found || found.start === found.end) return { subject: text, text };
  return { subject: text.slice(0, found.start) + text.slice(found.end), text };
}

/**
 * Times by the clock of the events: the date in the line, unless there is none or it is more than
 * 60 s from the event's own time; then that. Nothing is remembered from line to line, so that how a
 * log is cut into batches, or which lines a prefilter spares, can't change a time. fail2ban gives a
 * line without a date the last date seen within 60 s of now: here its event has a time of its own.
 */
export function eventDates(dates: DateTemplates | undefined): LineDates {
  const find = dates && dateAlone(dates);
  return {
    read(text, eventTime) {
      const found = find?.(text, eventTime ?? 0);
      return { line: cutDate(text, found), time: believed(found?.time, eventTime) };
    },
    confirm() {},
    skip() {},
    state: () => undefined,
    snapshot: () => () => undefined,
  };
}

function believed(date: number | undefined, eventTime: number | undefined): number | undefined {
  if (date === undefined || eventTime === undefined) return date ?? eventTime;
  return Math.abs(Math.trunc(date - eventTime)) > MOST_DEVIATION ? eventTime : date;
}

/**
 * Times by the dates in the lines alone: a line without one has that of the last line before it
 * that has; before the first date there is no time. The templates that are tried first are those of
 * lines that matched (fail2ban learns from every line): so what a prefilter spares can't change a
 * date.
 *
 * @param reference epoch seconds that dates without a year are the last before: the end of the log
 */
export function replayDates(
  dates: DateTemplates | undefined,
  reference: number,
  carried: LineDatesState = {},
): LineDates {
  let { lastDate } = carried;
  let learned = carried.detector;
  let detector: DateDetector | undefined = dates && createDateDetector(dates, learned);
  let confirmed = true;
  let skipped: string[] = [];

  function find(text: string): FoundDate | undefined {
    if (!confirmed) detector = dates && createDateDetector(dates, learned);
    confirmed = false;
    return detector?.find(text, reference);
  }

  /**
   * Looks for the last date in the lines that were skipped; most often the very last line has it.
   */
  function catchUp(): void {
    for (let text = skipped.pop(); text !== undefined; text = skipped.pop()) {
      const time = find(text)?.time;
      if (time === undefined) continue;
      lastDate = time;
      break;
    }
    skipped = [];
  }

  return {
    read(text) {
      const found = find(text);
      if (found?.time !== undefined) {
        skipped = [];
        lastDate = found.time;
        return { line: cutDate(text, found), time: found.time };
      }
      catchUp();
      // fail2ban gives the line the text of the last date then, so that nothing is cut out of it.
      return { line: lastDate === undefined ? cutDate(text, found) : { subject: text, text }, time: lastDate };
    },
    confirm() {
      learned = detector?.state() ?? learned;
      confirmed = true;
    },
    skip(text) {
      if (dates && skipped.push(text) >= MOST_SKIPPED) catchUp();
    },
    state() {
      catchUp();
      if (lastDate === undefined && !learned) return undefined;
      return { ...(lastDate !== undefined && { lastDate }), ...(learned && { detector: learned }) };
    },
    snapshot() {
      const kept = { lastDate, learned, skipped: [...skipped] };
      return () => {
        ({ lastDate, learned, skipped } = kept);
        // The detector has tried lines that are as good as never read.
        confirmed = false;
      };
    },
  };
}
