import { type Exemption, exemptions } from '../bans/never-banned.ts';
import type { CompiledJail, CompiledMatch } from '../filter/compiled-jail.ts';

/** A jail as a warm container keeps it: what can be prepared once is. */
export interface MatchingJail {
  readonly jail: CompiledJail;
  readonly exempt: Exemption;
  /** True when lines of one batch bear on those of the next, so that something must be carried between them. */
  readonly stateful: boolean;
}

export function matchingJail(jail: CompiledJail): MatchingJail {
  return { jail, exempt: exemptions(jail), stateful: carriesState(jail.match) };
}

/** Sessions (F-MLFID) and multi-line buffers reach over batches; nothing else does, since every event has its own time. */
function carriesState(match: CompiledMatch): boolean {
  const regexes = [...match.failregex, ...(match.prefregex ? [match.prefregex] : [])];
  return match.maxlines > 1 || regexes.some((regex) => 'mlfid' in regex.groups);
}
