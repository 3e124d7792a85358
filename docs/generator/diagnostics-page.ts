import { readFileSync } from 'node:fs';
import { articles, summary } from '../../cli/explain/articles.ts';
import { CODES_BY_FAMILY } from '../../core/diagnostics/codes.ts';

const INTRODUCTION = `# Diagnostics

Every message about a configuration carries a code. An error keeps the configuration from being deployed: it changes who is banned, or
whether a ban is enforced. A warning is deployed, and may not do what its author expects. An info is worth knowing. An article has a
configuration that brings the message about, laid over the shipped one, and the remedy; \`npx cloudjail explain CODE\` prints it.
\`acknowledge\` ([compatibility](compatibility.md#acknowledge)) deploys a jail in spite of an error that its operator wants.

\`npm run docs\` makes this page from the articles.
`;

/** docs/diagnostics.md: every code with its article's first sentence, by page. */
export function diagnosticsPage(): string {
  const all = articles();
  const families = Object.keys(CODES_BY_FAMILY).map((family) => {
    const page = readFileSync(new URL(`../diagnostics/${family}.md`, import.meta.url), 'utf8');
    const [, heading = ''] = /^# (.+)$/m.exec(page) ?? [];
    const lines = all.flatMap((article) => {
      const { code } = article;
      if (article.family !== family) return [];
      return [`- [${code}](diagnostics/${family}.md#${code.toLowerCase()}): ${summary(article)}`];
    });
    return `## ${heading}\n\n${lines.join('\n')}\n`;
  });
  return [INTRODUCTION, ...families].join('\n');
}
