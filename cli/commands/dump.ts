import { Command } from 'commander';
import { writtenLogGroups } from '../../core/compile/log-groups.ts';
import { preventsPreview } from '../../core/config/acknowledged.ts';
import type { Jail } from '../../core/config/jail.ts';
import { readJails } from '../../core/config/read-jails.ts';
import { jailNames } from '../chosen-jails.ts';
import { CommandError } from '../command-error.ts';
import { openConfiguration } from '../configuration.ts';
import { printDiagnostics } from '../output/print-diagnostics.ts';
import { type PythonValue, pythonLiteral } from '../output/python-literal.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
The form is that of fail2ban-client -d; times are seconds. To see what the stack would run:

  cloudjail dump
  cloudjail dump --config /etc/fail2ban --jail sshd
  cloudjail dump --json | jq '{name, maxretry, findtime}'`;

interface Options {
  readonly jail: readonly string[];
  readonly config?: string;
  readonly json: boolean;
}

export function dumpCommand(terminal: Terminal): Command {
  return new Command('dump')
    .description('Prints the configuration of the enabled jails after includes, interpolation and tags.')
    .option(
      '--jail <name>',
      'only this jail, enabled or not; may be repeated (default: the enabled jails)',
      jailNames,
      [],
    )
    .option('--config <dir>', 'a directory like /etc/fail2ban (default: the one that is deployed, see cdk.json)')
    .option('--json', 'one jail a line, with all its options', false)
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => run(options, terminal));
}

function run({ jail, config, json }: Options, terminal: Terminal): void {
  const files = openConfiguration(config);
  const { jails, diagnostics } = readJails(files, jail.length > 0 ? { only: jail } : {});
  printDiagnostics(diagnostics, files, terminal.err);
  const enabled = jails.filter((one) => one.enabled);
  for (const one of enabled) {
    if (json) terminal.out(`${JSON.stringify(optionsOf(one))}\n`);
    else for (const command of commandsOf(one)) terminal.out(`${pythonLiteral(command)}\n`);
  }
  if (!json) for (const { name } of enabled) terminal.out(`${pythonLiteral(['start', name])}\n`);
  if (preventsPreview(diagnostics)) throw new CommandError('', 1);
}

/**
 * The commands that would set up the jail in a fail2ban server, in its order; options of our own
 * among them.
 */
function commandsOf(jail: Jail): readonly PythonValue[] {
  const { name, filter, increment } = jail;
  const set = (option: string, ...values: readonly PythonValue[]): PythonValue => ['set', name, option, ...values];
  const optional = (option: string, value: PythonValue | undefined): readonly PythonValue[] =>
    value === undefined ? [] : [set(option, value)];
  const several = (option: string, values: readonly string[]): readonly PythonValue[] =>
    values.length === 0 ? [] : [['multi-set', name, option, values]];
  const words = (option: string, values: readonly string[]): readonly PythonValue[] =>
    values.length === 0 ? [] : [set(option, ...values)];
  return [
    ['add', name, jail.backend],
    set('usedns', jail.usedns),
    ...optional('prefregex', filter?.prefregex?.value),
    ...optional('maxlines', filter?.maxlines),
    ...several('addfailregex', textsOf(filter?.failregex)),
    ...several('addignoreregex', textsOf(filter?.ignoreregex)),
    ...optional('datepattern', filter?.datepattern?.value),
    set('maxretry', jail.maxretry),
    set('maxmatches', jail.maxmatches),
    set('findtime', jail.findtime),
    set('bantime', jail.bantime),
    ...(increment.enabled ? incrementCommands(set, increment) : []),
    set('ignoreself', jail.ignoreself),
    ...words('addignoreip', textsOf(jail.ignoreip)),
    ...words('addbanreserved', textsOf(jail.banreserved)),
    set('ipv4prefix', jail.ipv4prefix),
    set('ipv6prefix', jail.ipv6prefix),
    set('logencoding', jail.logencoding),
    ...optional('logtimezone', jail.logtimezone),
    ...jail.logpath.map(({ value }) => set('addlogpath', value)),
    ...writtenLogGroups(jail).map((group) => set('addloggroup', group)),
    ...jail.actions.flatMap((action) => [
      set('addaction', action.name),
      ['multi-set', name, 'action', action.name, Object.entries(action.args)] satisfies PythonValue,
    ]),
  ];
}

function incrementCommands(
  set: (option: string, value: PythonValue) => PythonValue,
  { formula, factor, multipliers, maxtime, rndtime, overalljails }: Jail['increment'],
): readonly PythonValue[] {
  return [
    set('bantime.increment', true),
    ...(formula === undefined ? [] : [set('bantime.formula', formula)]),
    set('bantime.factor', factor),
    ...(multipliers.length === 0 ? [] : [set('bantime.multipliers', multipliers.join(' '))]),
    ...(maxtime === undefined ? [] : [set('bantime.maxtime', maxtime)]),
    ...(rndtime === undefined ? [] : [set('bantime.rndtime', rndtime)]),
    set('bantime.overalljails', overalljails),
  ];
}

/**
 * The jail as JSON: option names as in jail.conf, texts without the places they were written at.
 */
function optionsOf(jail: Jail): object {
  const { filter, ignoreip, banreserved, logpath, actions, loggroup: _, ...options } = jail;
  return {
    ...options,
    filter: filter && {
      ...filter,
      prefregex: filter.prefregex?.value,
      failregex: textsOf(filter.failregex),
      ignoreregex: textsOf(filter.ignoreregex),
      datepattern: filter.datepattern?.value,
    },
    ignoreip: textsOf(ignoreip),
    banreserved: textsOf(banreserved),
    logpath: textsOf(logpath),
    loggroup: writtenLogGroups(jail),
    action: actions.map(({ name, args }) => ({ name, args })),
  };
}

function textsOf(located: readonly { readonly value: string }[] = []): readonly string[] {
  return located.map(({ value }) => value);
}
