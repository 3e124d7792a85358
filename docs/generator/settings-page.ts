import type { DescribedSetting } from '../../infra/settings/setting.ts';

const HEAD = `# Settings

<!-- Written by npm run docs from infra/settings; a test compares. -->

What belongs to the stack rather than to a jail stands in the \`cloudjail\` block of \`cdk.json\`'s context. On the command line a block takes
the place of that one, in one line: \`npx cdk synth -c cloudjail='{"stackName": "cloudjail-eu"}'\`. A wrong key or value fails \`cdk synth\`,
which names it and what is allowed.

Options of jails are in \`jail.local\`: [compatibility.md](compatibility.md).
`;

/** docs/settings.md. */
export function settingsPage(settings: readonly DescribedSetting[]): string {
  const rows = settings
    .filter(({ name }) => !name.includes('.'))
    .map((one) => `| [\`${one.name}\`](#${one.name.toLowerCase()}) | ${defaultText(one)} |`);
  return [HEAD, '| key | default |', '|---|---|', ...rows, '', ...settings.map(article)].join('\n');
}

function article(setting: DescribedSetting): string {
  const { name, meaning, allowed, example } = setting;
  const lines = [
    `${name.includes('.') ? '###' : '##'} ${name}`,
    '',
    meaning,
    '',
    `- Allowed: ${allowed.replaceAll('"', '`"').replace(/`"([^`]*)`"/g, '`"$1"`')}`,
    `- Default: ${defaultText(setting)}`,
    `- Example: \`${JSON.stringify(name.split('.').at(-1))}: ${JSON.stringify(example)}\``,
    '',
  ];
  return lines.join('\n');
}

function defaultText({ default: value, otherwise, required }: DescribedSetting): string {
  if (otherwise !== undefined) return otherwise;
  if (required) return 'none; it must be there';
  const empty = value === undefined || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}';
  return empty ? 'none' : `\`${JSON.stringify(value)}\``;
}
