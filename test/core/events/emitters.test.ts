import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { EventEntry } from '../../../core/events/event-family.ts';
import { EVENTS } from '../../../core/events/events.ts';
import type { FunctionName } from '../../../core/names.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FUNCTIONS = readdirSync(join(ROOT, 'lambdas')).filter((name) =>
  existsSync(join(ROOT, 'lambdas', name, 'main.ts')),
);
const ENTRIES = Object.entries<EventEntry<never>>(EVENTS);

/** Kinds that a function has the code for, and never emits. */
const NEVER: Readonly<Partial<Record<string, readonly string[]>>> = {
  // It looks for no leaks, and its breakers hold back without being tripped
  // (core/backfill/backfill-slices.ts).
  backfiller: ['attempts-while-banned', 'breaker-tripped'],
  // They lift bans and make none (core/bans/report-transition.ts).
  banner: ['ban-made', 'ban-missed', 'ban-prolonged'],
  'ec2-banner': ['ban-made', 'ban-missed', 'ban-prolonged'],
};

/**
 * The sources that a function is bundled from, without the table itself and what is types alone.
 */
function sourcesOf(name: string): readonly string[] {
  const reached = new Set<string>();
  const next = [join('lambdas', name, 'main.ts')];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (reached.has(file) || file.startsWith(join('core', 'events') + sep)) continue;
    reached.add(file);
    next.push(...importsOf(file));
  }
  return [...reached];
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const imported = text.matchAll(/^(?:import|export) (?!type )[^;]*?'(\.[^']+)';/gm);
  return [...imported].map(([, path = '']) => normalize(join(dirname(file), path)));
}

describe('the functions that the table has for an event', () => {
  it('are all there are', () => {
    expect(new Set(ENTRIES.flatMap(([, { from }]) => from))).toEqual(new Set(FUNCTIONS));
  });

  it.each(FUNCTIONS)('have the code that emits it, and no other has: %s', (name) => {
    const texts = sourcesOf(name).map((file) => readFileSync(join(ROOT, file), 'utf8'));
    expect(texts.length).toBeGreaterThan(10);
    const inCode = ENTRIES.filter(([kind]) => texts.some((text) => text.includes(`'${kind}'`))).map(([kind]) => kind);
    const inTable = ENTRIES.filter(([, { from }]) => from.includes(name as FunctionName)).map(([kind]) => kind);
    expect(inCode.sort()).toEqual([...inTable, ...(NEVER[name] ?? [])].sort());
  });
});
