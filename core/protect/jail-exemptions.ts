import type { KnownAddresses } from './address-book.ts';
import { type Exemption, exemptions, type Protection } from './never-banned.ts';

/**
 * The ranges that each jail must not ban, from the current knowledge. A jail that is gone from the
 * configuration gets the ranges common to all jails.
 */
export function jailExemptions(
  jails: readonly (Protection & { readonly name: string })[],
): (known: KnownAddresses) => (jail: string) => Exemption {
  const gone: Protection = { ignoreip: [], banreserved: [], neverBan: jails[0]?.neverBan ?? [] };
  let made: { readonly from: KnownAddresses; readonly of: (jail: string) => Exemption } | undefined;
  return (known) => {
    if (made?.from !== known) made = { from: known, of: exemptionsOf(jails, gone, known) };
    return made.of;
  };
}

function exemptionsOf(
  jails: readonly (Protection & { readonly name: string })[],
  gone: Protection,
  known: KnownAddresses,
): (jail: string) => Exemption {
  const each = new Map(jails.map((jail) => [jail.name, exemptions(jail, known)]));
  const unknown = exemptions(gone, known);
  return (jail) => each.get(jail) ?? unknown;
}
