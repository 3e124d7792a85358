import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { meaningOf } from './actions.ts';
import type { CheckedJail } from './checked-jail.ts';
import type { ActionReference } from './jail.ts';
import { actionPorts, TARGETS_WITH_PORTS } from './jail-ports.ts';
import { splitWords } from './source-text.ts';

/**
 * Reports unreadable ports for jails with an action that restricts ports. Elsewhere ports have no
 * effect, so a jail with `port = some-service` for its server's own firewall is no mistake.
 */
export function checkPorts(checked: CheckedJail): void {
  for (const action of checked.jail.actions) {
    if (TARGETS_WITH_PORTS.includes(meaningOf(action))) checkAction(checked, action);
  }
}

function checkAction({ jail, values }: CheckedJail, action: ActionReference): void {
  const reading = actionPorts(action, jail);
  if (reading.kind === 'ports') return;
  const { option, word, message, help } = reading;
  const diagnostic: Diagnostic = {
    code: option === 'port' ? 'BAD_PORT' : 'BAD_PROTOCOL',
    severity: 'warning',
    message: `${message}; bans of this jail keep off every port`,
    help,
  };
  // Most actions are handed the jail's own text: there is the word to be corrected.
  const written = values.text(option);
  const within = written && splitWords(written).find(({ text }) => text === word);
  values.report(diagnostic, within ?? action.at);
}
