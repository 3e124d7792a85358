import type { KnownAddresses } from '../protect/address-book.ts';
import { exemptions, heldBack, ignoredNames } from '../protect/never-banned.ts';
import type { MatchingJail } from './matching-jail.ts';

/**
 * The jails as they are to be used now: with what is known at this moment of the addresses they
 * must spare. Nothing is asked where no jail has need of it.
 */
export function protectedJails(
  jails: readonly MatchingJail[],
  known: () => Promise<KnownAddresses>,
): () => Promise<readonly MatchingJail[]> {
  if (!jails.some(({ jail }) => jail.ignoreself || ignoredNames(jail).length > 0)) return async () => jails;
  let made: { readonly from: KnownAddresses; readonly jails: readonly MatchingJail[] } | undefined;
  return async () => {
    const from = await known();
    if (made?.from !== from) made = { from, jails: jails.map((jail) => knowing(jail, from)) };
    return made.jails;
  };
}

function knowing(jail: MatchingJail, known: KnownAddresses): MatchingJail {
  const rules = { ...jail.rules, heldBack: heldBack(jail.jail, known) };
  return { ...jail, rules, exempt: exemptions(jail.jail, known) };
}
