import { Command } from 'commander';
import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import { usageError } from '../command-error.ts';
import { type Article, articles, summary } from '../explain/articles.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
  cloudjail explain BAD_RANGE
  cloudjail explain

The articles are those of docs/diagnostics.`;

export function explainCommand(terminal: Terminal): Command {
  return new Command('explain')
    .summary('what a diagnostic means')
    .description('Prints what a code of a diagnostic means, a configuration that has it, and the remedy.')
    .argument('[code]', 'such as BAD_RANGE, in any case (default: list all codes)')
    .addHelpText('after', EXAMPLES)
    .action((code: string | undefined) => {
      terminal.out(code === undefined ? list(articles()) : article(code, articles()));
    });
}

function list(all: readonly Article[]): string {
  const width = Math.max(...all.map(({ code }) => code.length));
  return all.map((one) => `${one.code.padEnd(width)}  ${summary(one)}\n`).join('');
}

function article(code: string, all: readonly Article[]): string {
  const found = all.find((one) => one.code === code.toUpperCase());
  if (found !== undefined) return `${found.code}\n\n${plainText(found.text)}\n`;
  const codes = all.map((one) => one.code);
  const near = didYouMean(code, codes);
  const help = near === undefined ? 'cloudjail explain lists the codes' : `did you mean ${near}?`;
  throw usageError(`there is no code "${code}": ${help}`);
}

/** Markdown as it is read in a terminal: code blocks are indented below what they are. */
function plainText(markdown: string): string {
  return markdown
    .replace(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm, (_, kind: string, place: string, body: string) => {
      const [file, line] = place.split(':');
      const where = line === undefined ? file : `${file}, reported at line ${line}`;
      const title = kind === 'sh' ? 'The command:' : `${where}:`;
      return `${title}\n\n${body.replace(/^(?=.)/gm, '    ').trimEnd()}`;
    })
    .replaceAll('**', '')
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, (_, label: string, link: string) => {
      return `${label} (${link.replace(/^\.\.\//, 'docs/').replace(/#.*/, '')})`;
    });
}
