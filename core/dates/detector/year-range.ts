import { civilFromDays, daysFromCivil } from '../civil.ts';

/**
 * The years that `%ExY` takes: from 2000 to the end of the decade three years from now
 * (`fail2ban/server/strptime.py: _updateTimeRE`). fail2ban fixes them when it starts; a compiled
 * jail may be in use for longer than a decade, so here they follow the time the detector is given.
 */

/** A `now` before the decade of this code is a simulated one, and it does not reduce the years. */
const FIRST_LIMIT = 202;

export interface YearRange {
  /** Holds for every `now` from here, epoch seconds. */
  readonly from: number;
  /** The end, exclusive. */
  readonly until: number;
  /** What `DECADES` in `placeholders.ts` stands for. */
  readonly regex: string;
  /** The first three digits of the last year. */
  readonly lastDecade: number;
}

const DAY = 86_400;

/** The range for `now`, epoch seconds. */
export function yearRangeAt(now: number): YearRange {
  const limit = Math.max(FIRST_LIMIT, Math.floor((civilFromDays(Math.floor(now / DAY)).year + 3) / 10));
  return {
    from: limit === FIRST_LIMIT ? Number.NEGATIVE_INFINITY : startOfYear(limit * 10 - 3),
    until: startOfYear(limit * 10 + 7),
    regex: decadesUpTo(limit),
    lastDecade: limit,
  };
}

function startOfYear(year: number): number {
  return daysFromCivil(year, 1, 1) * DAY;
}

function decadesUpTo(limit: number): string {
  const lastCentury = Math.floor(limit / 10);
  const centuries: string[] = [];
  for (let century = 20; century <= lastCentury; century += 1) {
    centuries.push(`${century}[0-${century === lastCentury ? limit % 10 : 9}]`);
  }
  return `(?:${centuries.join('|')})`;
}
