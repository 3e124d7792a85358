import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { acknowledgeable } from './acknowledged.ts';
import { FIREWALL_TARGETS, type FirewallTarget, meaningOf, reachesTarget } from './actions.ts';
import { type GuardedService, stops } from './stopping-targets.ts';

/** What to write into the `cloudjail` block of cdk.json to have a target. */
const SETTING: Readonly<Record<FirewallTarget, string>> = {
  waf: '"waf": {}, or leave "waf": false out',
  'network-acl': '"networkAcls": { "ids": ["acl-…"] }',
  'security-group':
    '"securityGroups": { "mode": "revoke", "ids": ["sg-…"] }, or ' +
    '{ "mode": "carve", "prefixLists": { "ipv4": "pl-…" } }',
  'prefix-list': '"prefixLists": { "ipv4": "pl-…", "ipv6": "pl-…" }',
  blocklist: '"blocklist": {}',
};

/**
 * An error for each action of a jail that means a target the stack does not have, and one for a
 * jail whose targets all let its service through: its bans would seem to be in force and stop no
 * one. Nothing where `dry-run` keeps the bans out of all targets.
 *
 * @param configured the targets the stack has
 */
export function checkTargets(jail: GuardedService, configured: readonly FirewallTarget[]): readonly Diagnostic[] {
  const targets = jail.actions.map(meaningOf);
  if (targets.includes('dry-run')) return [];
  return [...missingTargets(jail, configured), ...unguardedService(jail, configured)];
}

/**
 * One remark for all jails that nothing but the block list enforces: each server has to load it.
 */
export function onlyBlocklist(jails: readonly GuardedService[], configured: readonly FirewallTarget[]): Diagnostic[] {
  const others = configured.filter((target) => target !== 'blocklist');
  const names = jails.flatMap((jail) =>
    stops(jail, configured) === 'all' && stops(jail, others) === 'none' ? [jail.name] : [],
  );
  if (names.length === 0) return [];
  const [jail, its] = names.length === 1 ? ['jail', 'its'] : ['jails', 'their'];
  return [
    {
      code: 'BLOCKLIST_ALONE',
      severity: 'info',
      message: `${jail} ${names.join(', ')}: only servers that load the block list enforce ${its} bans`,
      help: 'install the updater on each server (docs/servers.md), or give the stack networkAcls or securityGroups',
    },
  ];
}

function missingTargets(jail: GuardedService, configured: readonly FirewallTarget[]): readonly Diagnostic[] {
  return jail.actions.flatMap((action): Diagnostic[] => {
    const { name, at } = action;
    const target = meaningOf(action);
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

/** Only WAF lets a service through: it sees HTTP alone. */
function unguardedService(jail: GuardedService, configured: readonly FirewallTarget[]): readonly Diagnostic[] {
  const at = jail.actions.find((action) => reachesTarget([action], 'waf'))?.at;
  const stopped = configured.some((target) => reachesTarget(jail.actions, target)) ? stops(jail, configured) : 'all';
  if (stopped === 'all') return [];
  const service = `port ${jail.port ?? '0:65535'} (${jail.protocol ?? 'tcp'})`;
  const what = stopped === 'none' ? 'its bans would stop no one' : 'its bans stop HTTP and nothing else';
  const diagnostic: Diagnostic = {
    code: stopped === 'none' ? 'TARGET_CANNOT_STOP' : 'TARGET_STOPS_PART',
    severity: stopped === 'none' ? 'error' : 'warning',
    message: `jail ${jail.name} guards ${service}, and WAF sees HTTP alone: ${what}`,
    help:
      'take "blocklist": false out of context.cloudjail of cdk.json and load the list on the servers ' +
      `(docs/servers.md), or write ${SETTING['network-acl']} into it; where the service is HTTP behind a load ` +
      'balancer, write port = http,https into the jail',
    ...(at && { at }),
  };
  return [stopped === 'none' ? acknowledgeable(diagnostic, jail.acknowledged) : diagnostic];
}

function notConfigured(target: FirewallTarget) {
  return {
    what: `the stack has no ${target}`,
    help: `write ${SETTING[target]} into context.cloudjail of cdk.json, or take the action out of the jail`,
  };
}

const NO_TARGET = {
  what: `it stands for the targets of the stack, which has none`,
  help:
    'configure one in context.cloudjail of cdk.json (waf, networkAcls, securityGroups, prefixLists, ' +
    'blocklist), or write action = dry-run',
};
