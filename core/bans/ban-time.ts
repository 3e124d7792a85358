import { compileFormula, DEFAULT_FORMULA } from '../config/formula.ts';
import { type BantimeIncrement, PERMANENT } from '../config/jail.ts';
import type { Ban } from '../records/ban.ts';

/** A jail's ban times. */
export interface BanTimeRules {
  /** Seconds, or -1: permanent. */
  readonly bantime: number;
  readonly increment: BantimeIncrement;
}

/**
 * Seconds to ban for, or -1: permanent.
 *
 * @param earlier bans of the id that are remembered; the first ban is never lengthened
 * @param luck 0 ≤ luck < 1, for `bantime.rndtime` and formulas that use chance
 */
export type BanTime = (earlier: number, luck: number) => number;

/**
 * `bantime`, lengthened for repeated bans as `bantime.increment` defines: by formula or
 * multipliers, capped at maxtime, rndtime added after the cap, never below bantime
 * (fail2ban/server/jail.py: setBanTimeExtra, observer.py: incrBanTime).
 */
export function banTime({ bantime, increment }: BanTimeRules): BanTime {
  if (!increment.enabled || bantime === PERMANENT) return () => bantime;
  const lengthened =
    increment.multipliers.length > 0 ? byMultipliers(bantime, increment) : byFormula(bantime, increment);
  const { maxtime = Number.POSITIVE_INFINITY, rndtime = 0 } = increment;
  return (earlier, luck) => {
    if (earlier === 0) return bantime;
    const seconds = Math.min(lengthened(earlier, luck), maxtime) + luck * rndtime;
    return Math.max(bantime, Math.floor(seconds));
  };
}

function byMultipliers(bantime: number, { multipliers, factor }: BantimeIncrement): BanTime {
  return (earlier) => bantime * factor * (multipliers[Math.min(earlier, multipliers.length - 1)] ?? 1);
}

function byFormula(bantime: number, { formula, factor }: BantimeIncrement): BanTime {
  const compiled = compileFormula(formula ?? DEFAULT_FORMULA);
  // Refused formulas are errors at synth; a compiled file that still holds one was not made by us.
  if (compiled.kind === 'refused') throw new Error(compiled.diagnostic.message);
  return (earlier, luck) => compiled.evaluate({ time: bantime, count: earlier }, factor, () => luck);
}

/**
 * Whether a ban still counts toward the next one's length at `now`: within dbpurgeage of its
 * start, or of three times its length, or permanent (fail2ban/server/database.py: purge).
 */
export function isRemembered(ban: Ban, dbpurgeage: number, now: number): boolean {
  return ban.bantime === PERMANENT || ban.bannedAt + 3 * ban.bantime >= now - dbpurgeage;
}
