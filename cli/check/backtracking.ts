import type { Finding } from '../../core/diagnostics/finding.ts';
import type { InspectedJail, InspectedRegex } from '../../core/forgery/inspected-jail.ts';
import type { Watch } from '../../core/ports/watch.ts';
import type { Analyst, Attack } from './analysis.ts';
import { analyzedForm } from './analyzed-form.ts';
import { describeAttack } from './attack-text.ts';
import { nestedAttacks } from './nested-attacks.ts';
import { findSlowText, MOST_EXPONENTIAL_ROUNDS, type SlowText, TOO_LONG_MS } from './slow-line.ts';

const HELP =
  'put something between the rounds that the inner repetition does not take, or write what may stand there ' +
  'instead of a wildcard';

/**
 * Whether some text can keep the regex busy. It first tries texts against the usual mistake, a
 * repetition of a repetition, then the text that an analysis of the whole regex suggests. It
 * reports only texts whose measured time confirms the suspicion.
 */
export async function backtracking(
  jail: InspectedJail,
  regex: InspectedRegex,
  analyst: Analyst,
  watch: Watch,
): Promise<Finding | undefined> {
  const nested = firstSlow(jail, regex, nestedAttacks(regex.pattern), watch, MOST_EXPONENTIAL_ROUNDS);
  if (nested) return finding(regex, nested);
  const verdict = await analyst.verdict(analyzedForm(regex.pattern));
  if (verdict.kind === 'unknown') return unknown(regex, verdict.reason);
  const slow = verdict.kind === 'suspect' ? firstSlow(jail, regex, [verdict.attack], watch) : undefined;
  return slow && finding(regex, slow);
}

interface SlowAttack {
  readonly attack: Attack;
  readonly slow: SlowText;
}

function firstSlow(
  jail: InspectedJail,
  regex: InspectedRegex,
  attacks: readonly Attack[],
  watch: Watch,
  most?: number,
): SlowAttack | undefined {
  for (const attack of attacks) {
    const slow = findSlowText(jail, regex, attack, watch, most);
    if (slow) return { attack, slow };
  }
  return undefined;
}

function finding({ option, text }: InspectedRegex, { attack, slow }: SlowAttack): Finding {
  const growth = slow.exponential ? 'time that doubles with every round' : 'ever longer';
  return {
    code: slow.exponential ? 'EXPONENTIAL_BACKTRACKING' : 'POLYNOMIAL_BACKTRACKING',
    // A regex alone: other regexes, or the words a line needs to be looked at, stand before it.
    severity: slow.line === undefined ? 'info' : 'warning',
    message: `${option} '${text.value}' takes ${growth} on ${describeAttack(attack, slow.rounds)}`,
    help: `${evidence(slow)}: ${HELP}`,
  };
}

function unknown({ option, text }: InspectedRegex, reason: string): Finding {
  return {
    code: 'BACKTRACKING_UNKNOWN',
    severity: 'info',
    message: `${option} '${text.value}' was not analyzed for backtracking: ${reason}`,
    help: 'the matcher gives up a line that takes it longer than its time, and counts it',
  };
}

function evidence({ characters, line }: SlowText): string {
  const measured = `more than ${TOO_LONG_MS} ms for ${characters} characters`;
  if (line === undefined) return `${measured}, though no whole log line was found that gets there`;
  return `${measured} in a line of this log, which the matcher gives up, with everything else in the line`;
}
