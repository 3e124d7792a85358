import { writtenLogGroups } from '../../core/compile/log-groups.ts';
import type { Jail, Located } from '../../core/config/jail.ts';

/** What a jail's option is, as the configuration was understood; `undefined`: it is not set. */
export type OptionValue = string | number | boolean | readonly string[] | undefined;

type Reading = (jail: Jail) => OptionValue;

/** By the names that fail2ban-client get has for them, and cloudjail's own options. */
const OPTIONS: Readonly<Record<string, Reading>> = {
  filter: ({ filter }) => filter?.name,
  backend: ({ backend }) => backend,
  usedns: ({ usedns }) => usedns,
  prefregex: ({ filter }) => filter?.prefregex?.value,
  failregex: ({ filter }) => texts(filter?.failregex),
  ignoreregex: ({ filter }) => texts(filter?.ignoreregex),
  maxlines: ({ filter }) => filter?.maxlines,
  datepattern: ({ filter }) => filter?.datepattern?.value,
  maxretry: ({ maxretry }) => maxretry,
  maxmatches: ({ maxmatches }) => maxmatches,
  findtime: ({ findtime }) => findtime,
  bantime: ({ bantime }) => bantime,
  'bantime.increment': ({ increment }) => increment.enabled,
  'bantime.factor': ({ increment }) => increment.factor,
  'bantime.formula': ({ increment }) => increment.formula,
  'bantime.multipliers': ({ increment }) => increment.multipliers.map(String),
  'bantime.maxtime': ({ increment }) => increment.maxtime,
  'bantime.rndtime': ({ increment }) => increment.rndtime,
  'bantime.overalljails': ({ increment }) => increment.overalljails,
  ignoreself: ({ ignoreself }) => ignoreself,
  ignoreip: ({ ignoreip }) => texts(ignoreip),
  banreserved: ({ banreserved }) => texts(banreserved),
  ipv4prefix: ({ ipv4prefix }) => ipv4prefix,
  ipv6prefix: ({ ipv6prefix }) => ipv6prefix,
  maxbans: ({ maxbans }) => maxbans,
  logencoding: ({ logencoding }) => logencoding,
  logtimezone: ({ logtimezone }) => logtimezone,
  logpath: ({ logpath }) => texts(logpath),
  loggroup: (jail) => writtenLogGroups(jail),
  actions: ({ actions }) => actions.map(({ name }) => name),
  action: ({ actions }) => actions.map(({ name }) => name),
  port: ({ port }) => port,
  protocol: ({ protocol }) => protocol,
};

export const OPTION_NAMES: readonly string[] = Object.keys(OPTIONS);

/** @param option one of {@link OPTION_NAMES} */
export function jailOption(jail: Jail, option: string): OptionValue {
  return Object.hasOwn(OPTIONS, option) ? OPTIONS[option]?.(jail) : undefined;
}

function texts(located: readonly Located<string>[] = []): readonly string[] {
  return located.map(({ value }) => value);
}
