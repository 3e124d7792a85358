import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { acknowledgeable } from './acknowledged.ts';
import { actionTarget, FIREWALL_TARGETS, KNOWN_ACTIONS, meaningOf, OWN_ACTIONS } from './actions.ts';
import type { CheckedJail } from './checked-jail.ts';
import type { ConfigFiles } from './config-files.ts';
import { splitDefinitions } from './definition-arguments.ts';
import type { ActionReference, Jail } from './jail.ts';

/** Which of a jail's actions do nothing here, and whether any is left that bans. */
export function checkActions({ jail, values, files }: CheckedJail): void {
  const written = values.text('action');
  if (written === undefined && values.written('action') !== undefined) return;
  for (const action of jail.actions) {
    if (meaningOf(action) === 'unsupported') values.report(unsupported(action, files), action.at);
    else if (action.means !== undefined) values.report(ownFirewall(action), action.at);
    else if (files.read(`action.d/${action.name}.local`) !== undefined) values.report(notRead(action), action.at);
  }
  for (const action of repeated(jail)) values.report(duplicate(action), action.at);
  // What an action that can't be read would have done is not known.
  const unread =
    (written !== undefined && splitDefinitions(written).length > jail.actions.length) ||
    jail.actions.some((action) => isUnknown(action, files));
  const bans = jail.actions.some((action) => BANNING.includes(meaningOf(action)));
  if (!bans && !unread) {
    const nothing = acknowledgeable(nothingBans(jail.actions.length), jail.acknowledged);
    values.report(nothing, jail.actions[0]?.at ?? values.written('action'));
  }
}

const BANNING: readonly string[] = ['stack', ...FIREWALL_TARGETS, 'dry-run'];

/**
 * Actions whose instance has a name that an earlier one has: its file, and what `name` or `actname`
 * make of it.
 */
function repeated(jail: Jail): ActionReference[] {
  const seen = new Set<string>();
  return jail.actions.filter(({ name, args }) => {
    const instance = args['actname'] ?? `${name} ${args['name'] ?? jail.name}`;
    const again = seen.has(instance);
    seen.add(instance);
    return again;
  });
}

function duplicate({ name }: ActionReference): Diagnostic {
  return {
    code: 'DUPLICATE_ACTION',
    severity: 'warning',
    message: `action ${name} is in this jail already; fail2ban's server refuses that`,
    help: 'remove one of the two, or distinguish them by actname=',
  };
}

function nothingBans(count: number): Diagnostic {
  return {
    code: 'NOTHING_BANS',
    severity: 'error',
    message:
      `${count === 0 ? 'this jail has no action' : 'no action of this jail bans'}, so its bans are ` +
      'enforced nowhere',
    help:
      `set action = %(action_)s for the stack's targets, one of ${FIREWALL_TARGETS.join(', ')}, or dry-run ` +
      'to record bans alone',
  };
}

function ownFirewall({ name }: ActionReference): Diagnostic {
  return {
    code: 'ACTION_FILE',
    severity: 'info',
    message: `action ${name} runs firewall commands alone: here it means the targets of the stack`,
    help: 'to send bans to some of the targets, name these in its place',
  };
}

function notRead({ name }: ActionReference): Diagnostic {
  return {
    code: 'ACTION_FILE',
    severity: 'info',
    message:
      `action.d/${name}.local is not read: here ${name} means ` +
      `${actionTarget(name) === 'sns' ? 'sns' : 'the targets of the stack'}`,
    help: "what a ban does is set in the stack's configuration, not in action.d",
  };
}

function actionFile(name: string, files: ConfigFiles): string | undefined {
  const paths = [`action.d/${name}.conf`, `action.d/${name}.local`, `action.d/${name}`];
  return paths.find((path) => files.read(path) !== undefined);
}

function isUnknown(action: ActionReference, files: ConfigFiles): boolean {
  if (meaningOf(action) !== 'unsupported' || KNOWN_ACTIONS.includes(action.name)) return false;
  return actionFile(action.name, files) === undefined;
}

function unsupported(action: ActionReference, files: ConfigFiles): Diagnostic {
  const { name } = action;
  if (isUnknown(action, files)) return unknown(name);
  const file = actionFile(name, files);
  return {
    code: 'ACTION_NOT_RUN',
    severity: 'warning',
    message: `action ${name} is not run: it is a command for a server${file === undefined ? '' : `, ${file}`}`,
    help: "the matcher's log has a line for each ban: a subscription filter of yours on that log group can run it",
  };
}

function unknown(name: string): Diagnostic {
  const near = didYouMean(name, [...OWN_ACTIONS, ...KNOWN_ACTIONS]);
  return {
    code: 'UNKNOWN_ACTION',
    severity: 'error',
    message: `there is no action "${name}"`,
    help:
      near === undefined ? `use one of ${OWN_ACTIONS.join(', ')}, or a name of fail2ban's` : `did you mean "${near}"?`,
  };
}
