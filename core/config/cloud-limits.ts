import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { acknowledgeable } from './acknowledged.ts';
import { byOperator, type CheckedJail } from './checked-jail.ts';

/**
 * Options that a pipeline without servers can't honor: each is reported with the reason and what
 * to do instead, where the operator wrote it or where it changes what happens.
 */
export function checkCloudLimits(checked: CheckedJail): void {
  const { values } = checked;
  checkCommand(checked);
  checkLogSource(checked);
  checkNames(checked);
  for (const option of ['skip_if_nologs', 'systemd_if_nologs']) {
    const at = values.written(option);
    if (byOperator(at)) values.report(noEffect(option), at);
  }
}

function noEffect(option: string): Diagnostic {
  return {
    code: 'NO_EFFECT',
    severity: 'info',
    message: `${option} has no effect: a log group can be read whether or not anything was written to it`,
    help: 'leave the option out',
  };
}

const COMMAND_NOT_RUN: Diagnostic = {
  code: 'IGNORECOMMAND',
  severity: 'error',
  message: 'ignorecommand is not run, so what it would spare is banned',
  help: 'list the addresses or host names in ignoreip and leave ignorecommand out',
};

function checkCommand({ jail, values }: CheckedJail): void {
  const command = values.text('ignorecommand');
  if (command?.text) values.report(acknowledgeable(COMMAND_NOT_RUN, jail.acknowledged), command);
  const cache = values.written('ignorecache');
  if (!byOperator(cache)) return;
  const message =
    'ignorecache has no effect: nothing that is asked about an address takes long enough to be remembered';
  values.report({ code: 'NO_EFFECT', severity: 'info', message, help: 'leave the option out' }, cache);
}

function checkLogSource({ jail, values }: CheckedJail): void {
  const encoding = values.text('logencoding');
  if (encoding && !/^(?:auto|utf-?8|(?:us-)?ascii)?$/i.test(encoding.text)) {
    values.report(
      {
        code: 'LOGENCODING',
        severity: 'warning',
        message: `logencoding = ${encoding.text}: CloudWatch Logs holds UTF-8, so lines are read as that`,
        help:
          "set the encoding of the file in the agent's configuration, which then converts it, and leave " +
          'logencoding out',
      },
      encoding,
    );
  }
  if (jail.backend.startsWith('systemd')) values.report(systemd(jail.loggroup.length > 0), values.written('backend'));
  const matches = values.written('journalmatch');
  if (!byOperator(matches)) return;
  const message = 'journalmatch is not applied: the log group holds what was sent to it';
  values.report({ code: 'JOURNALMATCH', severity: 'info', message, help: 'choose by loggroup instead' }, matches);
}

function systemd(named: boolean): Diagnostic {
  const lines = named ? 'journal messages, without date and host' : 'lines of the file that logpath names';
  return {
    code: 'SYSTEMD_BACKEND',
    severity: 'info',
    message: `backend = systemd: no journal is read; what the log group holds is taken for ${lines}`,
    help: named
      ? 'if the lines do begin with date and host, set backend = auto'
      : 'if the journal is sent to CloudWatch, name its log group in loggroup',
  };
}

function checkNames({ jail, values }: CheckedJail): void {
  const at = values.written('usedns');
  if ((jail.usedns !== 'yes' && jail.usedns !== 'warn') || !byOperator(at)) return;
  values.report(
    {
      code: 'USEDNS',
      severity: 'info',
      message: `usedns = ${jail.usedns}: host names in the log are not looked up, only addresses are banned`,
      help: 'set usedns = no, which means the same',
    },
    at,
  );
}
