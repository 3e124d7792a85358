import type { JailsReading } from '../../../core/config/read-jails.ts';
import { type EffectiveJail, oursOf, theirsOf } from './effective.ts';
import { TREE_DIFFERENCES, type TreeFiles } from './explained-differences.ts';
import type { Answer, OracleJails } from './oracle.ts';

/** What fail2ban's reader raises, and the diagnostic that stands for it. */
const FATAL: Readonly<Record<string, readonly string[]>> = {
  DuplicateOptionError: ['DUPLICATE_OPTION'],
  DuplicateSectionError: ['DUPLICATE_SECTION'],
  MissingSectionHeaderError: ['MISSING_SECTION'],
  ParsingError: ['NOT_AN_OPTION'],
  InterpolationSyntaxError: ['BARE_PERCENT'],
  InterpolationMissingOptionError: ['UNKNOWN_INTERPOLATION', 'UNKNOWN_KNOWN'],
  InterpolationDepthError: ['INTERPOLATION_DEPTH'],
  ValueError: ['SELF_REFERENCING_TAG'],
};

/** What makes fail2ban skip one jail, and go on. */
const SKIPPED = ['MISSING_FILTER', 'BAD_FILTER', 'BAD_ACTION'];

export interface Comparison {
  /** What kind of case it was, for the count. */
  readonly outcome: string;
  readonly differences: readonly unknown[];
}

export function compareTrees(files: TreeFiles, ours: JailsReading, theirs: Answer<OracleJails>): Comparison {
  const codes = ours.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  if (theirs.error) {
    const expected = FATAL[theirs.error.type];
    if (expected === undefined) return { outcome: `not comparable: ${theirs.error.type}`, differences: [] };
    const { line } = theirs.error;
    const named = ours.diagnostics.some(
      ({ code, at }) => expected.includes(code) && (line === null || at?.line === line),
    );
    if (named) return { outcome: theirs.error.type, differences: [] };
    const reason = TREE_DIFFERENCES.find(({ explains }) => explains(files, theirs.error));
    if (reason !== undefined) return { outcome: `explained: ${reason.name}`, differences: [] };
    return { outcome: 'unexplained', differences: [{ theirs: theirs.error, ours: codes }] };
  }
  // Errors of other codes are mistakes that fail2ban's client lets pass.
  const fatal = codes.filter((code) => Object.values(FATAL).flat().includes(code));
  // fail2ban stops reading a jail it skips; here its other mistakes are reported too.
  if (fatal.length > 0 && theirs.skipped.length === 0)
    return { outcome: 'ours only', differences: [{ theirs: 'no error', ours: ours.diagnostics }] };
  const ourSkips = codes.filter((code) => SKIPPED.includes(code));
  const skipped = ourSkips.length > 0 || theirs.skipped.length > 0;
  const differences: unknown[] = [];
  if (ourSkips.length === 0 && theirs.skipped.length > 0) differences.push({ theirs: theirs.skipped, ours: [] });
  for (const jail of ours.jails) {
    const entry = theirs.jails[jail.name];
    if (!jail.enabled || (entry === undefined && skipped)) continue;
    if (entry === undefined) differences.push({ jail: jail.name, theirs: 'no such jail' });
    else differences.push(...unequal(jail.name, oursOf(jail), theirsOf(entry)));
  }
  return { outcome: skipped ? 'a jail skipped' : `${Object.keys(theirs.jails).length} jails`, differences };
}

function unequal(jail: string, ours: EffectiveJail, theirs: EffectiveJail): unknown[] {
  const options = Object.keys(ours) as (keyof EffectiveJail)[];
  return options
    .filter((option) => JSON.stringify(ours[option]) !== JSON.stringify(theirs[option]))
    .map((option) => ({ jail, option, ours: ours[option], theirs: theirs[option] }));
}
