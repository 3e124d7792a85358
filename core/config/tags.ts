import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { placeOf, replaceAll, type SourceText } from './source-text.ts';

/** fail2ban/helpers.py: MAX_TAG_REPLACE_COUNT */
const MAX_REPLACEMENTS = 25;

/**
 * By how many characters all replacements of a filter may make its values grow. The biggest stock
 * filter needs a small part; tags that grow into each other would fill the memory long before their
 * count is reached.
 */
const MAX_GROWTH = 500_000;

export type Substitution =
  | { readonly kind: 'substituted'; readonly values: ReadonlyMap<string, SourceText> }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

export interface SubstituteOptions {
  /**
   * Names neither substituted in nor substituted: options with conditional variants, which are
   * chosen per address.
   */
  readonly ignore?: ReadonlySet<string>;
  /** Where a name that no value has is looked for. It may throw; what it throws passes through. */
  readonly fallback?: (name: string) => SourceText | undefined;
}

/**
 * Every `<name>` in the values replaced by the value of that name, inner tags first (`<a-<mode>>`),
 * until nothing changes. Names found nowhere stay as they are: `<HOST>` and `<F-USER>` mean
 * something at run time. A tag that leads to itself, or is replaced more than 25 times in one
 * value, fails the whole configuration. Source: fail2ban/helpers.py: substituteRecursiveTags.
 */
export function substituteTags(values: ReadonlyMap<string, SourceText>, options: SubstituteOptions = {}): Substitution {
  const current = new Map(values);
  const counts = new Map<string, Map<string, number>>();
  const done = new Set(options.ignore);
  const budget: Budget = { left: MAX_GROWTH };
  for (let again = true; again; ) {
    again = false;
    for (const name of values.keys()) {
      const original = current.get(name);
      if (original === undefined || done.has(name)) continue;
      const replaced = counts.get(name) ?? new Map<string, number>();
      const outcome = substituteIn(name, original, current, { replaced, budget, ...options });
      if (outcome.kind === 'failed') return outcome;
      const { value } = outcome;
      if (value.text !== original.text) {
        current.set(name, value);
        counts.set(name, replaced);
        if (nextTag(value.text, 0) !== undefined) again = true;
      }
      if (!value.text.includes('<')) done.add(name);
    }
  }
  return { kind: 'substituted', values: current };
}

interface Budget {
  left: number;
}

interface Progress {
  /** How often each tag was replaced in the value so far. */
  readonly replaced: Map<string, number>;
  readonly budget: Budget;
}

type OneSubstitution =
  | { readonly kind: 'value'; readonly value: SourceText }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

function substituteIn(
  owner: string,
  original: SourceText,
  values: ReadonlyMap<string, SourceText>,
  { replaced, budget, ignore, fallback }: SubstituteOptions & Progress,
): OneSubstitution {
  let value = original;
  let from = 0;
  for (let tag = nextTag(value.text, 0); tag !== undefined; tag = nextTag(value.text, from)) {
    const { name, start, end } = tag;
    from = end;
    if (ignore?.has(name)) continue;
    if (name === owner || (replaced.get(name) ?? 1) > MAX_REPLACEMENTS) {
      return { kind: 'failed', diagnostic: selfReference(owner, name, value, start, end) };
    }
    const replacement = values.get(name) ?? fallback?.(name);
    if (replacement === undefined) continue;
    const before = value.text.length;
    value = replaceAll(value, `<${name}>`, replacement);
    replaced.set(name, (replaced.get(name) ?? 0) + 1);
    budget.left -= value.text.length - before;
    if (budget.left < 0) {
      return { kind: 'failed', diagnostic: selfReference(owner, name, value, start, end) };
    }
    from = start;
  }
  return { kind: 'value', value };
}

interface Tag {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The next innermost `<…>` without blanks or brackets inside. */
function nextTag(text: string, from: number): Tag | undefined {
  for (let end = text.indexOf('>', from); end >= 0; end = text.indexOf('>', end + 1)) {
    const start = text.lastIndexOf('<', end);
    if (start < from) continue;
    const name = text.slice(start + 1, end);
    if (name !== '' && !/[ <>]/.test(name)) return { name, start, end: end + 1 };
  }
  return undefined;
}

function selfReference(owner: string, name: string, value: SourceText, start: number, end: number): Diagnostic {
  const place = placeOf(value, start, end - start);
  const chain = name === owner ? 'contains itself' : `is replaced over and over (more than ${MAX_REPLACEMENTS} times)`;
  return {
    code: 'SELF_REFERENCING_TAG',
    severity: 'error',
    message: `<${name}> in "${owner}" ${chain}`,
    help: 'fail2ban refuses to start on this; give the inner value another name',
    ...(place && { at: place }),
  };
}
