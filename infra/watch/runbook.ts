import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the articles stand, from the top of the repository. */
const FILE = 'docs/runbook.md';

/** CloudWatch's limit of an alarm's description (PutMetricAlarm, AlarmDescription). */
const LONGEST_DESCRIPTION = 1024;

/** The parts of a runbook article for the person on call, as Markdown in one line each. */
export interface Article {
  readonly means: string;
  readonly look: string;
  readonly act: string;
}

const HEADINGS = ['What it means', 'How to look', 'What to do'] as const;

/**
 * The articles of a runbook by name: each a heading of the second level with the three parts that
 * articles have.
 *
 * @throws Error for an article that has other parts
 */
export function readRunbook(markdown: string): ReadonlyMap<string, Article> {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const name = section.slice(0, section.indexOf('\n')).trim();
      const [before, ...parts] = section
        .slice(section.indexOf('\n'))
        .trim()
        .split(/\*\*(What it means|How to look|What to do)\.\*\*/);
      const headings = parts.filter((_, i) => i % 2 === 0);
      if (before !== '' || headings.join() !== HEADINGS.join()) {
        throw new Error(`${FILE}: the article ${name} has not the parts ${HEADINGS.join(', ')}`);
      }
      const [means = '', look = '', act = ''] = parts.filter((_, i) => i % 2 === 1).map(inOneLine);
      return [name, { means, look, act }];
    }),
  );
}

let ours: ReadonlyMap<string, Article> | undefined;

/** An article of our own runbook. @throws Error when there is none of that name */
export function runbookArticle(name: string): Article {
  ours ??= readRunbook(readFileSync(fileURLToPath(new URL(`../../${FILE}`, import.meta.url)), 'utf8'));
  const article = ours.get(name);
  if (!article) throw new Error(`${FILE} has no article ${name}`);
  return article;
}

/**
 * The description of an alarm, in the console and in its mail: the severity, the event, the steps
 * to look and to act as far as whole sentences of the article fit, and where to read the rest.
 *
 * @param runbookUrl URL of the runbook; absent: its path in the repository
 */
export function alarmDescription(
  name: string,
  happened: string,
  { look, act }: Pick<Article, 'look' | 'act'>,
  runbookUrl: string = FILE,
): string {
  const link = `${runbookUrl}#${name}`;
  const room = LONGEST_DESCRIPTION - `${happened}\n\nLook: \n\nDo: \n\nMore: ${link}`.length;
  // What one part leaves over, the other may have.
  const acting = sentencesWithin(act, Math.max(Math.floor(room / 2), room - look.length));
  const looking = sentencesWithin(look, room - acting.length);
  return `${happened}\n\nLook: ${looking}\n\nDo: ${acting}\n\nMore: ${link}`;
}

/** As many of the first sentences of a text as fit. */
function sentencesWithin(text: string, room: number): string {
  let end = 0;
  for (const { index } of [...text.matchAll(/[.?!](?= [A-Z`]|$)/g)]) {
    if (index + 1 > room) break;
    end = index + 1;
  }
  return text.slice(0, end);
}

/** Links lead nowhere outside of the runbook; their text is mostly the name of an article. */
function inOneLine(markdown: string): string {
  return markdown
    .replace(/\[([^\]]+)\]\(#[^)]*\)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
