/** What cloudjail does where a jail names an action. */
export type ActionTarget =
  /** The targets the stack is configured with. */
  | 'stack'
  | (typeof OWN_ACTIONS)[number]
  /** Notices, which no stack sends yet. */
  | 'sns'
  /** Known, and deliberately nothing: `dummy`. */
  | 'none'
  /** A command of the operator's or a report to a third party: it can't be run. */
  | 'unsupported';

/**
 * Places for bans, as jails name them among their actions. A stack has those that its settings
 * configure.
 */
export const FIREWALL_TARGETS = ['waf', 'network-acl', 'security-group', 'prefix-list', 'blocklist'] as const;

export type FirewallTarget = (typeof FIREWALL_TARGETS)[number];

/** cloudjail's own actions. */
export const OWN_ACTIONS = [...FIREWALL_TARGETS, 'dry-run'] as const;

/** fail2ban's actions that are no firewall and no mail. */
const REPORTS = [
  ...['abuseipdb', 'badips', 'blocklist_de', 'complain', 'dshield', 'ipthreat', 'mynetwatchman', 'xarf-login-attack'],
  ...['nginx-block-map', 'nsupdate'],
];

/**
 * Firewalls of a host, an appliance or an edge: they are the ban itself, so the stack's targets
 * take their place.
 */
const FIREWALLS = [
  ...[
    'iptables',
    'nftables',
    'firewallcmd',
    'ufw',
    'ipfw',
    'bsd-ipfw',
    'osx-ipfw',
    'ipfilter',
    'pf',
    'npf',
    'hostsdeny',
  ],
  ...[
    'shorewall',
    'route',
    'ipset',
    'csf',
    'apf',
    'osx-afctl',
    'symbiosis-blacklist',
    'netscaler',
    'mikrotik',
    'cloudflare',
  ],
];

const NOTIFIERS = ['sns', 'mail', 'sendmail', 'smtp', 'apprise'];

/**
 * Names or prefixes of fail2ban's actions, to distinguish a mistyped name from a command of the
 * operator's.
 */
export const KNOWN_ACTIONS: readonly string[] = [
  ...[...FIREWALLS, ...NOTIFIERS, ...REPORTS, 'dummy'],
  ...['iptables-multiport', 'iptables-allports', 'iptables-ipset', 'nftables-multiport', 'nftables-allports'],
  ...[
    'firewallcmd-ipset',
    'firewallcmd-rich-rules',
    'sendmail-whois',
    'sendmail-whois-lines',
    'mail-whois',
    'mail-whois-lines',
  ],
];

/**
 * What stands for an action here: an own action is itself, stock banactions (`iptables-multiport`,
 * `nftables[type=multiport]`, `ufw`, …) mean the targets configured for the stack, and mail actions
 * mean `sns`. The name is as written, without arguments.
 */
export function actionTarget(name: string): ActionTarget {
  const own = OWN_ACTIONS.find((action) => action === name);
  if (own !== undefined) return own;
  if (FIREWALLS.some((family) => belongsTo(name, family))) return 'stack';
  if (NOTIFIERS.some((family) => belongsTo(name, family))) return 'sns';
  return name === 'dummy' ? 'none' : 'unsupported';
}

/**
 * What stands for an action that was read: see {@link actionTarget} and `ActionReference.means`.
 */
export function meaningOf(action: { readonly name: string; readonly means?: 'stack' }): ActionTarget {
  return action.means ?? actionTarget(action.name);
}

/** `iptables` itself, `iptables-new`, `smtp.py`. */
function belongsTo(name: string, family: string): boolean {
  return name === family || name.startsWith(`${family}-`) || name === `${family}.py`;
}

/**
 * Whether a jail with these actions wants its bans in a target (`waf`, `network-acl`, …): by name,
 * or by an action that means whatever the stack is configured with. `dry-run` among them keeps
 * everything out.
 */
export function reachesTarget(
  actions: readonly { readonly name: string; readonly means?: 'stack' }[],
  target: string,
): boolean {
  const wanted = actions.map(meaningOf);
  if (wanted.includes('dry-run')) return false;
  return wanted.some((one) => one === 'stack' || one === target);
}
