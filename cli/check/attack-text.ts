import type { Attack } from './analysis.ts';

/** The attack with so many rounds. */
export function attackText({ pumps, suffix }: Attack, rounds: number): string {
  return pumps.map(({ prefix, pump, bias }) => prefix + pump.repeat(Math.max(0, rounds + bias))).join('') + suffix;
}

const LONGEST_SHOWN = 60;

/** The attack in words: `'a: ' then 'b' 30 times then '!'`. */
export function describeAttack({ pumps, suffix }: Attack, rounds: number): string {
  const parts = pumps.flatMap(({ prefix, pump, bias }) => [
    ...(prefix === '' ? [] : [quoted(prefix)]),
    `${quoted(pump)} ${Math.max(0, rounds + bias)} times`,
  ]);
  return [...parts, ...(suffix === '' ? [] : [quoted(suffix)])].join(', then ');
}

/** As it is, but for what no screen shows. */
function quoted(text: string): string {
  const shown = text.replace(/[^ -~\p{L}\p{N}\p{P}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
  return `'${shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN / 2)} … ${shown.slice(-LONGEST_SHOWN / 2)}` : shown}'`;
}
