import type { EventEmitter } from 'node:events';
import type { Argument, Command, Option } from 'commander';

const HEAD = `# Commands

<!-- Written by npm run docs from cli/commands; a test compares. -->

\`npx cloudjail COMMAND --help\` prints the same. Commands on a deployed stack use your AWS credentials; the words are fail2ban-client's.

| exit code | |
|---|---|
`;

/** docs/commands.md. @param exitCodes as they stand in the help */
export function commandsPage(commands: readonly Command[], exitCodes: string): string {
  const codes = [...exitCodes.matchAll(/(\d) ([^,.]+(?:, [^\d,.][^,.]*)*)/g)].map(
    ([, code, what]) => `| ${code} | ${what} |`,
  );
  const groups = [...new Set(commands.map((command) => command.helpGroup()))];
  const sections = groups.flatMap((group) => {
    const members = commands.filter((command) => command.helpGroup() === group);
    const list = members.map(
      (command) => `| [\`${command.name()}\`](#${command.name()}) | ${cell(command.summary())} |`,
    );
    return [`## ${group.replace(/:$/, '')}`, '', '| command | |', '|---|---|', ...list, '', ...members.map(article)];
  });
  return `${HEAD}${codes.join('\n')}\n\n${sections.join('\n')}`;
}

function article(command: Command): string {
  const usage = [command.name(), '[options]', ...command.registeredArguments.map(argumentName)].join(' ');
  const parameters = [
    ...command.registeredArguments.map((argument) => [argumentName(argument), argument.description] as const),
    ...command.options.map((option) => [option.flags, optionText(option)] as const),
  ];
  return [
    `### ${command.name()}`,
    '',
    command.description(),
    '',
    '```',
    `cloudjail ${usage}`,
    '```',
    '',
    '| | |',
    '|---|---|',
    ...parameters.map(([name, text]) => `| \`${name.replaceAll('|', '\\|')}\` | ${cell(text)} |`),
    '',
    examples(command),
    '',
  ].join('\n');
}

function argumentName(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionText({ description, argChoices }: Option): string {
  return argChoices ? `${description} (${argChoices.join(', ')})` : description;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/<(?=\w)/g, '\\<');
}

/** What the help prints below the options: text, and commands indented by two blanks. */
function examples(command: Command): string {
  let text = '';
  // Commander keeps what was added to the help behind an event, and its types keep the event to
  // themselves.
  const events = command as unknown as EventEmitter;
  events.emit('afterHelp', { error: false, command, write: (more: string) => (text += more) });
  const paragraphs = text.trim().split(/\n\n/);
  return paragraphs.map((paragraph) => (/^ {2}\S/.test(paragraph) ? code(paragraph) : escaped(paragraph))).join('\n\n');
}

function code(paragraph: string): string {
  return ['```', ...paragraph.split('\n').map((line) => line.replace(/^ {2}/, '')), '```'].join('\n');
}

function escaped(paragraph: string): string {
  return paragraph.replace(/<(?=\w)/g, '\\<');
}
