import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { acknowledgeable } from './acknowledged.ts';
import { actionTarget, FIREWALL_TARGETS, KNOWN_ACTIONS, OWN_ACTIONS } from './actions.ts';
import type { CheckedJail } from './checked-jail.ts';
import type { ConfigFiles } from './config-files.ts';
import { splitDefinitions } from './definition-arguments.ts';
import type { ActionReference, Jail } from './jail.ts';

/** Which of a jail's actions do nothing here, and whether any is left that bans. */
export function checkActions({ jail, values, files }: CheckedJail): void {
  const written = values.text('action');
  if (written === undefined && values.written('action') !== undefined) return;
  for (const action of jail.actions) {
    if (actionTarget(action.name) === 'unsupported') values.report(unsupported(action, files), action.at);
    else if (files.read(`action.d/${action.name}.local`) !== undefined) values.report(notRead(action), action.at);
  }
  for (const action of repeated(jail)) values.report(duplicate(action), action.at);
  // What an action that can't be read would have done is not known.
  const unread =
    (written !== undefined && splitDefinitions(written).length > jail.actions.length) ||
    jail.actions.some(({ name }) => isUnknown(name, files));
  const bans = jail.actions.some(({ name }) => BANNING.includes(actionTarget(name)));
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
    help: 'take one of the two out, or tell them apart by actname=',
  };
}

function nothingBans(count: number): Diagnostic {
  return {
    code: 'NOTHING_BANS',
    severity: 'error',
    message: `${count === 0 ? 'this jail has no action' : 'no action of this jail bans'}, so its bans are enforced nowhere`,
    help: `set action = %(action_)s for the stack's targets, one of ${FIREWALL_TARGETS.join(', ')}, or dry-run to record bans alone`,
  };
}

function notRead({ name }: ActionReference): Diagnostic {
  return {
    code: 'ACTION_FILE',
    severity: 'info',
    message: `action.d/${name}.local is not read: here ${name} means ${actionTarget(name) === 'sns' ? 'sns' : 'the targets of the stack'}`,
    help: "what a ban does is set in the stack's configuration, not in action.d",
  };
}

function actionFile(name: string, files: ConfigFiles): string | undefined {
  const paths = [`action.d/${name}.conf`, `action.d/${name}.local`, `action.d/${name}`];
  return paths.find((path) => files.read(path) !== undefined);
}

function isUnknown(name: string, files: ConfigFiles): boolean {
  if (actionTarget(name) !== 'unsupported' || KNOWN_ACTIONS.includes(name)) return false;
  return actionFile(name, files) === undefined;
}

function unsupported({ name }: ActionReference, files: ConfigFiles): Diagnostic {
  if (isUnknown(name, files)) return unknown(name);
  const file = actionFile(name, files);
  return {
    code: 'ACTION_NOT_RUN',
    severity: 'warning',
    message: `action ${name} is not run: it is a command for a server${file === undefined ? '' : `, ${file}`}`,
    help: 'subscribe to the ban events instead: the sns action publishes each with its evidence',
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
