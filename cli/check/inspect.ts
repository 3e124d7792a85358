import { eachAtOnce } from '../../core/at-once.ts';
import { createCollector } from '../../core/diagnostics/collector.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Finding } from '../../core/diagnostics/finding.ts';
import { forgeableAddress } from '../../core/forgery/forgeable-address.ts';
import type { InspectedJail, InspectedRegex } from '../../core/forgery/inspected-jail.ts';
import type { Watch } from '../../core/ports/watch.ts';
import type { Analyst } from './analysis.ts';
import { backtracking } from './backtracking.ts';

export interface InspectOptions {
  readonly analyst: Analyst;
  readonly watch: Watch;
  /** Failregexes that are known to stand up to a stranger's text: those of the filters we ship. */
  readonly trusted: ReadonlySet<string>;
  /** How many regexes are analyzed at once. */
  readonly lanes: number;
  /** Called after each step with the number of finished steps and the total. */
  readonly progress?: (done: number, all: number) => void;
}

interface Step {
  readonly regex: InspectedRegex;
  run(): Promise<Finding | undefined> | Finding | undefined;
}

/**
 * Finds the dangerous regexes of jails that compile: those that take too long on some text, and
 * those that take a client's text for the address. A finding about a regex that several jails share
 * is reported once.
 */
export async function inspect(
  jails: readonly InspectedJail[],
  options: InspectOptions,
): Promise<readonly Diagnostic[]> {
  const steps = jails.flatMap((jail) => stepsOf(jail, options));
  let done = 0;
  const findings = await inLanes(options.lanes, steps, async (step) => {
    const found = await step.run();
    options.progress?.(++done, steps.length);
    return found;
  });
  const collector = createCollector();
  for (const [index, { regex }] of steps.entries()) {
    const found = findings[index];
    // One jail may acknowledge what another does not.
    if (found) collector.add({ ...found, ...(regex.text.at && { at: regex.text.at }) }, found.severity);
  }
  return collector.all();
}

function stepsOf(jail: InspectedJail, { analyst, watch, trusted }: InspectOptions): readonly Step[] {
  const { prefregex, failregex, ignoreregex } = jail;
  const regexes = [...(prefregex ? [prefregex] : []), ...failregex, ...ignoreregex];
  return regexes.flatMap((regex): readonly Step[] => [
    ...(regex.option === 'failregex' && !trusted.has(regex.text.value)
      ? [{ regex, run: () => forgeableAddress(jail, regex, watch) }]
      : []),
    { regex, run: () => backtracking(jail, regex, analyst, watch) },
  ]);
}

/** What each task comes to, in their order, so many of them under way at once. */
async function inLanes<T, R>(
  lanes: number,
  tasks: readonly T[],
  run: (task: T) => Promise<R>,
): Promise<readonly (R | undefined)[]> {
  const results: (R | undefined)[] = tasks.map(() => undefined);
  const work = async ([index, task]: [number, T]): Promise<void> => {
    results[index] = await run(task);
  };
  await eachAtOnce(tasks.entries(), work, { atOnce: lanes, mostFailures: 1 });
  return results;
}
