import type { CompiledMatch } from '../records/compiled-jail.ts';
import { type MatchCounts, none } from '../records/match-counts.ts';
import { banKey } from './ban-key.ts';
import { fileDates } from './file-dates.ts';
import { createFailureFinder, type FoundFailure } from './find-failures.ts';
import type { Groups } from './group-reader.ts';
import type { Failure } from './line-matcher.ts';
import { isTooLong } from './longest-line.ts';
import { isOutOfStack } from './out-of-stack.ts';
import { prepareMatch } from './prepared-match.ts';
import type { Restorable } from './time-budget.ts';

/** Of the latest ids: most lines are of few. */
const MOST_KEPT = 10_000;

/** What counting needs to know of a failure. */
export type FoundId = Pick<Failure, 'id' | 'kind' | 'time'>;

/** Finds failures in a file of which only the lines that may match are looked at. */
export interface FileMatcher extends Restorable {
  /**
   * @param text the line without its line end
   * @param between the lines between this one and the one fed before, the last of them first; asked
   *   for only when the line has no date
   */
  feed(text: string, between: Iterable<string>): FoundId | undefined;
  /** Lines after the one fed last, the last of them first, that can't be asked for later. */
  leave(lines: Iterable<string>): void;
  /** Counts a line whose matching was stopped and undone. */
  giveUp(): void;
  counts(): MatchCounts;
}

/**
 * Finds what `createLineMatcher` with `clock: 'line'` finds in all lines of a file, given only
 * those that may match.
 *
 * @param reference epoch seconds that dates without a year are the last before
 */
export function createFileMatcher(match: CompiledMatch, reference: number): FileMatcher {
  let counts = none();
  const dates = fileDates(match.dates, reference);
  const finder = createFailureFinder(prepareMatch(match, 'id'), { all: false, onMatch: () => dates.confirm() });

  function find(
    text: string,
    between: Iterable<string>,
  ): { readonly found: FoundFailure | undefined; readonly time: number | undefined } {
    try {
      const { line, time } = dates.read(text, between);
      return { found: finder.find(line, time)[0], time };
    } catch (error) {
      if (!isOutOfStack(error)) throw error;
      counts.givenUp++;
      return { found: undefined, time: undefined };
    }
  }

  const ids = new Map<string, string>();
  /** Those of them that are addresses. */
  const addresses = new Map<string, string>();

  /**
   * The same id as a text of its own: one cut out of a line would keep the whole line in memory.
   */
  function kept(id: string): string {
    const same = ids.get(id);
    if (same !== undefined) return same;
    if (ids.size >= MOST_KEPT) ids.clear();
    // What begins a concatenation is copied into it.
    const copy = `${id} `.trimEnd();
    ids.set(copy, copy);
    return copy;
  }

  /** An address that was seen before, in canonical form: most lines are of few. */
  function knownAddress({ fid, ip4, cidr }: Groups): string | undefined {
    return fid === undefined && cidr === undefined && ip4 !== undefined ? addresses.get(ip4) : undefined;
  }

  function keptAddress(id: string): string {
    const copy = kept(id);
    if (addresses.size >= MOST_KEPT) addresses.clear();
    addresses.set(copy, copy);
    return copy;
  }

  return {
    feed(text, between) {
      const whole = withoutReturns(text);
      if (isTooLong(whole)) {
        counts.tooLong++;
        dates.leave(between);
        return undefined;
      }
      const { found, time } = find(whole, between);
      if (found === undefined || time === undefined) return undefined;
      const known = knownAddress(found.groups);
      if (known !== undefined) return { id: known, kind: 'address', time };
      const key = banKey(found.groups, match.usedns);
      if (key.kind === 'address') return { id: keptAddress(key.id), kind: key.kind, time };
      if (key.kind === 'other') return { id: kept(key.id), kind: key.kind, time };
      if (key.kind === 'name') counts.names++;
      else counts.notAddresses++;
      return undefined;
    },
    leave: dates.leave,
    giveUp() {
      counts.givenUp++;
    },
    snapshot() {
      const restore = [dates.snapshot(), finder.snapshot()];
      const kept = { ...counts };
      return () => {
        for (const part of restore) part();
        counts = kept;
      };
    },
    counts: () => ({ ...counts }),
  };
}

function withoutReturns(text: string): string {
  return text.endsWith('\r') ? text.replace(/\r+$/, '') : text;
}
