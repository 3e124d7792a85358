import { shippedFilter } from '../filters/shipped-filter.ts';
import { ATTACKER, type ForgedLine, forgedLines } from './forged-lines.ts';
import type { DaemonMessages } from './message-forms.ts';

export interface Verdicts {
  readonly tried: number;
  /** Lines that had any other address banned than the client's. */
  readonly banned: readonly (ForgedLine & { readonly args: string })[];
}

/** @param stride only every so many-th line is tried */
export function judgeForgeries(messages: DaemonMessages, stride: number): Verdicts {
  const filters = messages.variants.map((args) => ({ args, filter: shippedFilter(messages.filter, args) }));
  const banned: (ForgedLine & { readonly args: string })[] = [];
  let count = 0;
  let tried = 0;
  for (const forged of forgedLines(messages)) {
    if (count++ % stride !== 0) continue;
    tried++;
    for (const { args, filter } of filters) {
      const others = filter.feed(forged.line).filter(({ id }) => id !== ATTACKER);
      if (others.length > 0) banned.push({ ...forged, args });
    }
  }
  return { tried, banned };
}
