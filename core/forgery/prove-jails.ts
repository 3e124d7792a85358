import { createCollector } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Watch } from '../ports/watch.ts';
import { forgeableAddress, unsearched } from './forgeable-address.ts';
import type { InspectedJail } from './inspected-jail.ts';

export interface ProofOptions {
  readonly watch: Watch;
  /** Failregexes that need no proof: those of the filters we ship. */
  readonly trusted: ReadonlySet<string>;
  /** Milliseconds of the processor for all failregexes together. */
  readonly budgetMs: number;
  /** Milliseconds that the processor has worked so far. */
  readonly cpuMs: () => number;
}

/**
 * What a deployment must know of its jails: which failregexes ban another address than the line is
 * about. Those that the time did not suffice for are named (FORGERY_UNKNOWN).
 */
export function proveJails(
  jails: readonly InspectedJail[],
  { watch, trusted, budgetMs, cpuMs }: ProofOptions,
): readonly Diagnostic[] {
  const collector = createCollector();
  const end = cpuMs() + budgetMs;
  for (const jail of jails) {
    for (const regex of jail.failregex) {
      if (trusted.has(regex.text.value)) continue;
      const left = Math.floor(end - cpuMs());
      const found = left > 0 ? forgeableAddress(jail, regex, watch, left) : unsearched(regex);
      if (found) collector.add({ ...found, ...(regex.text.at && { at: regex.text.at }) }, found.severity);
    }
  }
  return collector.all();
}
