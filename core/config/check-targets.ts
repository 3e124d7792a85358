import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { actionTarget, FIREWALL_TARGETS, type FirewallTarget } from './actions.ts';
import type { ActionReference } from './jail.ts';

/** What to write into the `cloudjail` block of cdk.json to have a target. */
const SETTING: Readonly<Record<FirewallTarget, string>> = {
  waf: '"waf": {}, or leave "waf": false out',
  'network-acl': '"networkAcls": { "ids": ["acl-…"] }',
  'security-group':
    '"securityGroups": { "mode": "revoke", "ids": ["sg-…"] }, or { "mode": "carve", "prefixLists": { "ipv4": "pl-…" } }',
  'prefix-list': '"prefixLists": { "ipv4": "pl-…", "ipv6": "pl-…" }',
  blocklist: '"blocklist": {}',
};

/**
 * An error for each action of a jail that means a target the stack does not have: the bans would
 * seem to be in force and be nowhere. Nothing where `dry-run` keeps them out of all targets.
 *
 * @param configured the targets the stack has
 */
export function checkTargets(
  jail: { readonly name: string; readonly actions: readonly ActionReference[] },
  configured: readonly FirewallTarget[],
): readonly Diagnostic[] {
  const targets = jail.actions.map(({ name }) => actionTarget(name));
  if (targets.includes('dry-run')) return [];
  return jail.actions.flatMap(({ name, at }): Diagnostic[] => {
    const target = actionTarget(name);
    const missing = FIREWALL_TARGETS.find((one) => one === target && !configured.includes(one));
    const found = missing
      ? notConfigured(missing)
      : target === 'stack' && configured.length === 0
        ? NO_TARGET
        : undefined;
    if (found === undefined) return [];
    const { what, help } = found;
    return [
      {
        code: 'TARGET_NOT_CONFIGURED',
        severity: 'error',
        message: `jail ${jail.name}: action ${name}: ${what}, so its bans would be enforced nowhere`,
        help,
        ...(at && { at }),
      },
    ];
  });
}

function notConfigured(target: FirewallTarget) {
  return {
    what: `the stack has no ${target}`,
    help: `write ${SETTING[target]} into context.cloudjail of cdk.json, or take the action out of the jail`,
  };
}

const NO_TARGET = {
  what: `it stands for the targets of the stack, which has none`,
  help: 'configure one in context.cloudjail of cdk.json (waf, networkAcls, securityGroups, prefixLists, blocklist), or write action = dry-run',
};
