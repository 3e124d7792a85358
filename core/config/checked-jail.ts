import type { Place } from '../diagnostics/diagnostic.ts';
import type { ConfigTree } from './config-tree.ts';
import type { Jail } from './jail.ts';
import type { SectionValues } from './jail-values.ts';
import type { FilterContext, OpenFilter } from './read-filter.ts';

/** An enabled jail that was read, and all it was read from. */
export interface CheckedJail extends FilterContext {
  readonly tree: ConfigTree;
  readonly values: SectionValues;
  readonly jail: Jail;
  /** `undefined`: the jail names no filter. */
  readonly open: OpenFilter | undefined;
}

/**
 * Stock files set every option there is; only what stands elsewhere was written by the operator.
 */
export function byOperator(place: Place | undefined): boolean {
  return place !== undefined && !/^(?:jail\.conf|paths-[\w-]+\.conf|)$/.test(place.file);
}
