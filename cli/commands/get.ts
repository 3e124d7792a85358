import { Command } from 'commander';
import type { Jail } from '../../core/config/jail.ts';
import { JAIL_OPTIONS } from '../../core/config/known-options.ts';
import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import type { ActiveBan } from '../../core/ports/ban-store.ts';
import { type CommandError, usageError } from '../command-error.ts';
import { activeBans } from '../deployed/active-bans.ts';
import { type ConfiguredJails, configuredJails, runningJail } from '../deployed/configured-jails.ts';
import { onStack } from '../deployed/deployed-stack.ts';
import { bansOver } from '../deployed/find-bans.ts';
import type { DeployedStack } from '../deployed/stack-access.ts';
import { type StackOptions, withStackOptions } from '../deployed/stack-options.ts';
import { typedId } from '../deployed/typed-id.ts';
import { banObject, banWithTime } from '../output/ban-text.ts';
import { jailOption, OPTION_NAMES, type OptionValue } from '../output/jail-option.ts';
import { printable } from '../output/printable.ts';
import { pythonLiteral } from '../output/python-literal.ts';
import { valueTree } from '../output/status-tree.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
As fail2ban-client get. Bans come from the stack, in the order of their ends, times in UTC; options from the configuration as it was
understood:

  cloudjail get sshd banip              # a separator may follow: cloudjail get sshd banip ,
  cloudjail get sshd banip --with-time
  cloudjail get sshd banned 192.0.2.1   # 1 or 0
  cloudjail get sshd bantime
  cloudjail get sshd failregex

${wrapped(`Options: ${OPTION_NAMES.join(', ')}.`)}`;

/** Lines as long as those above. */
function wrapped(text: string): string {
  return text.replace(/(.{1,130})(?:\s|$)/g, '$1\n').trimEnd();
}

interface Options extends StackOptions {
  readonly withTime: boolean;
}

interface Typed {
  readonly jail: string;
  readonly what: string;
  readonly words: readonly string[];
  readonly options: Options;
}

export function getCommand(terminal: Terminal): Command {
  return withStackOptions(
    new Command('get')
      .description("Prints a jail's bans, or one of its options, as fail2ban-client get does.")
      .argument('<jail>', 'a jail')
      .argument('<what>', 'banip, banned, or an option: bantime, findtime, maxretry, ignoreip, failregex, …')
      .argument('[value...]', 'of banip: a separator; of banned: addresses')
      .option('--with-time', 'of banip: with beginning, bantime and end, one a line', false),
  )
    .addHelpText('after', EXAMPLES)
    .action((jail: string, what: string, words: readonly string[], options: Options) =>
      run({ jail, what, words, options }, terminal),
    );
}

async function run(typed: Typed, terminal: Terminal): Promise<void> {
  const { what, words, options } = typed;
  if (options.withTime && what !== 'banip') throw usageError('--with-time is an option of banip');
  const jails = configuredJails(options.config);
  if (what === 'banip' && words.length > 1) throw usageError('banip takes one separator');
  if (what === 'banip') await getBans(typed, jails, terminal);
  else if (what === 'banned') await getBanned(typed, jails, terminal);
  else if (!OPTION_NAMES.includes(what)) throw notGettable(what);
  else if (words.length > 0) throw usageError(`${what} takes no value: options are set in jail.local`);
  else showOption(what, runningJail(typed.jail, jails), options, terminal);
}

async function getBans({ jail, words, options }: Typed, jails: ConfiguredJails, terminal: Terminal): Promise<void> {
  await onStack(options, terminal.clock, async (stack) => {
    const bans = await bansOf(jail, jails, stack, { terminal, json: options.json });
    if (options.json) for (const ban of bans) terminal.out(`${JSON.stringify(banObject(ban))}\n`);
    else if (options.withTime) for (const ban of bans) terminal.out(`${banWithTime(ban)}\n`);
    else terminal.out(`${bans.map(({ id }) => printable(id)).join(words[0] ?? ' ')}\n`);
  });
}

async function bansOf(
  jail: string,
  jails: ConfiguredJails,
  stack: DeployedStack,
  output: { readonly terminal: Terminal; readonly json: boolean },
): Promise<readonly ActiveBan[]> {
  const bans = await activeBans(stack, output, jail);
  if (bans.length === 0) runningJail(jail, jails);
  return bans;
}

/**
 * fail2ban/server/actions.py: getBanned. One address: 1 or 0; several: a list of them; none: who is
 * banned.
 */
async function getBanned({ jail, words, options }: Typed, jails: ConfiguredJails, terminal: Terminal): Promise<void> {
  const configured = jails.enabled.get(jail);
  await onStack(options, terminal.clock, async (stack) => {
    const bans = await bansOf(jail, jails, stack, { terminal, json: options.json });
    const answers: number[] = [];
    for (const word of words) {
      const over = await bansOver(typedId(word), configured === undefined ? [] : [configured], bans, stack);
      const mine = over.filter((ban) => ban.jail === jail);
      answers.push(mine.length > 0 ? 1 : 0);
      if (options.json) terminal.out(`${JSON.stringify({ ip: word, bans: mine.map(banObject) })}\n`);
    }
    if (options.json && words.length > 0) return;
    if (options.json) for (const ban of bans) terminal.out(`${JSON.stringify(banObject(ban))}\n`);
    else if (words.length === 0) terminal.out(`${pythonLiteral(bans.map(({ id }) => id))}\n`);
    else terminal.out(`${answers.length === 1 ? answers[0] : pythonLiteral(answers)}\n`);
  });
}

function showOption(option: string, jail: Jail, { json }: Options, { out }: Terminal): void {
  const value = jailOption(jail, option);
  if (json) out(`${JSON.stringify({ jail: jail.name, option, value: value ?? null })}\n`);
  else out(`${optionText(option, jail, value)}\n`);
}

function optionText(option: string, { name }: Jail, value: OptionValue): string {
  if (value === undefined) return `${option} is not set in ${name}`;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return pythonLiteral(value);
  if (value.length === 0) return `${option} of ${name}: none`;
  const numbered = option.endsWith('regex');
  return valueTree(`${option} of ${name}:`, numbered ? value.map((text, index) => `[${index}]: ${text}`) : value);
}

function notGettable(what: string): CommandError {
  const known = ['banip', 'banned', ...OPTION_NAMES];
  if (JAIL_OPTIONS.includes(what)) return usageError(`cloudjail has no use for ${what}: see cloudjail check`);
  const near = didYouMean(what, known);
  return usageError(
    `no jail has "${what}"${near === undefined ? '' : `; did you mean ${near}?`}\n  help: get knows ${known.join(', ')}`,
  );
}
