/** What cloudjail does where a jail names an action. */
export type ActionTarget =
  | 'stack'
  | 'waf'
  | 'network-acl'
  | 'security-group'
  | 'prefix-list'
  | 'blocklist'
  | 'sns'
  | 'dry-run'
  /** Known, and deliberately nothing: `dummy`. */
  | 'none'
  /** A shell command of the operator's or a report to a third party; it can't run. */
  | 'unsupported';

/** cloudjail's own actions. */
export const OWN_ACTIONS = [
  'waf',
  'network-acl',
  'security-group',
  'prefix-list',
  'blocklist',
  'sns',
  'dry-run',
] as const;

/** Firewalls of a host, an appliance or an edge: the ban itself, so the stack's configured targets take their place. */
const FIREWALLS =
  /^(?:iptables|nftables|firewallcmd|ufw|ipfw|bsd-ipfw|ipfilter|pf|npf|hostsdeny|shorewall|route|ipset|csf|apf|osx-afctl|osx-ipfw|symbiosis-blacklist-allports|netscaler|mikrotik|cloudflare)(?:-.+)?$/;

const MAIL = /^(?:mail|sendmail|mail-buffered|smtp|apprise|xmpp|pushover|slack|telegram)(?:[-.].+)?$/;

/**
 * What stands for an action here: an own action is itself, stock banactions (`iptables-multiport`, `nftables[type=multiport]`,
 * `ufw`, …) mean the targets configured for the stack, and mail actions mean `sns`. The name is as written, without
 * arguments.
 */
export function actionTarget(name: string): ActionTarget {
  const own = OWN_ACTIONS.find((action) => action === name);
  if (own !== undefined) return own;
  if (FIREWALLS.test(name)) return 'stack';
  if (MAIL.test(name)) return 'sns';
  return name === 'dummy' ? 'none' : 'unsupported';
}
