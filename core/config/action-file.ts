import { SILENT } from '../diagnostics/collector.ts';
import { actionTarget } from './actions.ts';
import type { ConfigFiles } from './config-files.ts';
import { configReader } from './config-reader.ts';
import { lookUp } from './interpolate.ts';
import type { ActionReference } from './jail.ts';

/** Commands that put an address into a host's firewall, or take it out. */
const FIREWALL_COMMANDS = new Set([
  ...['iptables', 'ip6tables', 'nft', 'ipset', 'ufw', 'firewall-cmd', 'pfctl', 'ipfw', 'npfctl', 'ip', 'route'],
  ...['shorewall', 'shorewall6', 'csf', 'apf', 'ebtables'],
]);

/** Commands of a shell script that change nothing outside it. */
const IDLE_COMMANDS = new Set(['echo', 'printf', 'logger', 'true', ':', 'test', '[', 'grep', 'sleep', 'exit']);

/** Words that come before a command. */
const LEADING = /^(?:sudo|if|then|else|elif|do|!|\{|\(|command|exec|nice|env|[A-Za-z_]\w*=\S*)$/;

/**
 * The action with the meaning that its file gives it: an action of the operator's that runs
 * firewall commands alone is the ban itself, so the stack's targets take its place.
 *
 * @param files with the operator's `action.d`
 */
export function understood(action: ActionReference, files: ConfigFiles): ActionReference {
  if (actionTarget(action.name) !== 'unsupported') return action;
  const ban = actionban(action.name, files);
  return ban !== undefined && runsFirewallAlone(ban) ? { ...action, means: 'stack' } : action;
}

/** `actionban` of action.d/NAME.conf and .local, interpolated; tags stay as they are. */
function actionban(name: string, files: ConfigFiles): string | undefined {
  const tree = configReader(files, SILENT).read(`action.d/${name}`);
  const found = tree && lookUp(tree, 'Definition', 'actionban');
  return found?.kind === 'value' ? found.value.text : undefined;
}

/** What a command writes that lets an address in: no ban. */
const ALLOWS = /\b(?:ACCEPT|RETURN|accept|allow|allowip)\b/;

function runsFirewallAlone(script: string): boolean {
  if (ALLOWS.test(script)) return false;
  const commands = script.split(/\n|;|&&|\|\|?/).flatMap((part) => commandOf(part) ?? []);
  const firewalls = commands.filter((command) => FIREWALL_COMMANDS.has(command));
  return firewalls.length > 0 && commands.every((one) => FIREWALL_COMMANDS.has(one) || IDLE_COMMANDS.has(one));
}

/** The program that a simple command runs, without its folder; `<iptables>` is the tag of one. */
function commandOf(part: string): string | undefined {
  const words = part
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '' && !LEADING.test(word));
  const program = words[0];
  if (program === undefined || /^(?:fi|done|\}|\))$/.test(program)) return undefined;
  return program.replace(/^.*\//, '').replace(/^<(.*)>$/, '$1');
}
