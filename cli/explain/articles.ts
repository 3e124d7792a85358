import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGES = fileURLToPath(new URL('../../docs/diagnostics', import.meta.url));

/** What docs/diagnostics has on one code. */
export interface Article {
  readonly code: string;
  /** The page it stands on: docs/diagnostics/FAMILY.md. */
  readonly family: string;
  /** Without its heading, as written. */
  readonly text: string;
}

/** Every article, in the order of the pages by name and of their headings. */
export function articles(): readonly Article[] {
  const pages = readdirSync(PAGES).filter((file) => file.endsWith('.md'));
  return pages.sort().flatMap((file) => articlesOf(basename(file, '.md'), readFileSync(join(PAGES, file), 'utf8')));
}

function articlesOf(family: string, page: string): readonly Article[] {
  const [, ...sections] = page.split(/^## /m);
  return sections.map((section) => {
    const end = section.indexOf('\n');
    return { code: section.slice(0, end).trim(), family, text: section.slice(end).trim() };
  });
}

/** The first sentence of an article, on one line. */
export function summary({ text }: Article): string {
  const [paragraph = ''] = text.split('\n\n');
  const line = paragraph.replaceAll('\n', ' ');
  return /^.*?\.(?= [A-Z`]| fail2ban|$)/.exec(line)?.[0] ?? line;
}
