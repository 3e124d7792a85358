import { FIREWALL_TARGETS, type FirewallTarget } from './actions.ts';

/** The key of the `cloudjail` block in cdk.json that gives the stack a target. */
const KEY: Readonly<Record<FirewallTarget, string>> = {
  waf: 'waf',
  'network-acl': 'networkAcls',
  'security-group': 'securityGroups',
  'prefix-list': 'prefixLists',
  blocklist: 'blocklist',
};

/** Targets that a stack has unless its settings have `false` for them. */
const BY_DEFAULT: readonly FirewallTarget[] = ['waf', 'blocklist'];

/**
 * The targets that a stack with these settings has, as jails name them.
 *
 * @param settings the `cloudjail` block of cdk.json, read or as it stands
 */
export function stackTargets(settings: object): readonly FirewallTarget[] {
  const values = new Map(Object.entries(settings));
  return FIREWALL_TARGETS.filter((target) => {
    const value: unknown = values.get(KEY[target]);
    return value === undefined ? BY_DEFAULT.includes(target) : value !== false;
  });
}
