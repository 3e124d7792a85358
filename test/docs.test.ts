import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { EventEntry } from '../core/events/event-family.ts';
import { EVENTS } from '../core/events/events.ts';
import { METRICS, type Metric } from '../core/events/metrics.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const PAGES = [
  ...readdirSync(ROOT)
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(ROOT, file)),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(ROOT, 'docs', file)),
];

/** What a heading's link is called, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function anchorsOf(page: string): readonly string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** Links that lead to nothing: a file or a heading that is not there. */
function dead(page: string): readonly string[] {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

describe('the documentation', () => {
  it.each(PAGES.map((page) => [page.slice(ROOT.length), page]))('links what is there: %s', (_name, page) => {
    expect(dead(page)).toEqual([]);
  });

  it('names messages and metrics that there are', () => {
    const messages = Object.entries<EventEntry<never>>(EVENTS).flatMap(([kind, { logs = [] }]) =>
      logs.map(({ message = kind }) => message),
    );
    const metrics = Object.values<Metric>(METRICS).map(({ name }) => name);
    const named = (what: string): readonly string[] =>
      PAGES.flatMap((page) => [...readFileSync(page, 'utf8').matchAll(new RegExp(`${what}s? \`([^\`]+)\``, 'g'))]).map(
        ([, name = '']) => name,
      );
    expect(named('message').length).toBeGreaterThan(10);
    expect(named('message').filter((name) => !messages.includes(name))).toEqual([]);
    expect(named('metric').length).toBeGreaterThan(0);
    expect(named('metric').filter((name) => !metrics.includes(name))).toEqual([]);
  });

  it('is linked at all', () => {
    const count = PAGES.map((page) => [...readFileSync(page, 'utf8').matchAll(/\]\([^)\s:]+\)/g)].length);
    expect(count.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(30);
  });
});
