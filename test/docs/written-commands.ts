import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A command as a page has it. */
export interface WrittenCommand {
  readonly page: string;
  /** As written, without its comment and what it is piped into. */
  readonly text: string;
  /** What a shell makes of it, without the program: `replay`, `--jail`, `sshd`, … */
  readonly words: readonly string[];
  /** Another program writes to it. */
  readonly piped: boolean;
}

const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Every command of cloudjail's in README and docs: lines of code blocks, and code in the text. */
export function writtenCommands(): readonly WrittenCommand[] {
  return PAGES.flatMap((page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const blocks = [...text.matchAll(/^```(?:sh|bash)?\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.split('\n'));
    const inline = [...text.replace(/^```.*?^```$/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
    return [...blocks, ...inline].flatMap((line) => commandsIn(line, page));
  });
}

/** Scripts of package.json that pages name: `npm run deploy`. */
export function writtenScripts(): readonly string[] {
  const texts = PAGES.map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');
  return [...new Set([...texts.matchAll(/npm run ([a-z:-]+)/g)].map(([, name = '']) => name))];
}

function commandsIn(line: string, page: string): readonly WrittenCommand[] {
  const parts = withoutComment(line).split(/ (?:&&|\|) /);
  return parts.flatMap((part, index) => {
    const text = part.trim();
    const [, rest] = /^(?:npx cloudjail|cloudjail|npm start(?: --(?= ))?)((?: .*)?)$/.exec(text) ?? [];
    if (rest === undefined || text === 'cloudjail') return [];
    const words = shellWords(rest);
    const piped = index > 0 && line.includes(`| ${text}`);
    return [{ page, text, piped, words: text.startsWith('npm') ? ['demo', ...words] : words }];
  });
}

/** A number sign inside quotes is text. */
function withoutComment(line: string): string {
  return line.replace(/^((?:[^'"#]|'[^']*'|"[^"]*")*?)\s+#.*$/, '$1');
}

function shellWords(text: string): readonly string[] {
  return [...text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
}
