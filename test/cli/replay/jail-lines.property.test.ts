import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JailLines } from '../../../cli/replay/jail-lines.ts';
import { spansOf } from '../../../cli/replay/scanned-blocks.ts';
import { type LiteralScanner, literalScanner } from '../../../core/literals/literal-scanner.ts';
import { createLineMatcher } from '../../../core/match/line-matcher.ts';
import type { Watch } from '../../../core/ports/watch.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';
import { compileDefinition } from '../../core/match/text-config.ts';
import { unwatched } from '../../support/unwatched.ts';

/** One filter for each thing that lines may share, with and without literals to look for. */
const FILTERS: Readonly<Record<string, CompiledMatch>> = {
  plain: compileDefinition('failregex = ^(?:\\[\\])?\\s*gate: refused <HOST>(?: user <F-USER>\\S*</F-USER>)?$'),
  'tied to the start': compileDefinition('failregex = ^\\s*gate: refused <HOST>\ndatepattern = {^LN-BEG}'),
  'any case': compileDefinition('failregex = (?i)^\\s*gate: refused <HOST>'),
  'no literal': compileDefinition('failregex = ^\\s*\\S+ \\S+ <HOST>$'),
  sessions: compileDefinition(
    [
      'prefregex = ^(?:\\[\\])?\\s*<F-MLFID>gate(?:\\[\\d+\\])?: </F-MLFID><F-CONTENT>.+</F-CONTENT>$',
      'failregex = ^<F-NOFAIL>call</F-NOFAIL> <HOST>',
      '            ^refused <HOST>(?: user <F-USER>\\S*</F-USER>)?$',
      '            ^refused user <F-USER>\\S*</F-USER>$',
      '            ^<F-NOFAIL><F-MLFFORGET>left</F-MLFFORGET></F-NOFAIL> <HOST>$',
      'ignoreregex = user friend$',
    ].join('\n'),
  ),
  'several lines': compileDefinition(
    'maxlines = 4\nfailregex = ^\\s*gate: call <HOST>$<SKIPLINES>^\\s*gate: refused\n ^\\s*gate: refused <HOST>$',
  ),
};

const TODAY = Date.UTC(2024, 4, 6) / 1000;

const dates = fc
  .tuple(fc.nat({ max: 900 }), fc.constantFrom('iso', 'iso', 'iso', 'brackets', 'american', 'wrong', 'none', 'none'))
  .map(([second, form]) => {
    const [day = '', time = ''] = new Date((TODAY + second) * 1000).toISOString().slice(0, 19).split('T');
    const [year, month, dayOfMonth] = day.split('-');
    if (form === 'none') return '';
    if (form === 'wrong') return `${year}-02-30 ${time} `;
    if (form === 'american') return `${month}-${dayOfMonth}-${year} ${time} `;
    return form === 'iso' ? `${day} ${time} ` : `[${day} ${time}] `;
  });
const hosts = fc.constantFrom('192.0.2.7', '192.0.2.8', '2001:db8::1', 'host.example', '999.0.0.1');
const messages = fc.oneof(
  fc
    .tuple(hosts, fc.constantFrom('', ' user ann', ' user friend', ' user é'))
    .map((parts) => `refused ${parts.join('')}`),
  hosts.map((host) => `call ${host}`),
  hosts.map((host) => `left ${host}`),
  fc.constantFrom('refused', 'refused user bob', 'nothing of note', '', '\u212aelvin', '\r', 'REFUSED 192.0.2.7'),
);
const lines = fc
  .tuple(
    dates,
    fc.constantFrom('gate: ', 'gate: ', 'Gate: ', 'gate[1]: ', 'hall: '),
    messages,
    fc.constantFrom('', '', '\r'),
  )
  .map((parts) => parts.join(''));
/** Blocks of lines; of some nothing is of interest. */
const logs = fc.array(fc.array(lines, { minLength: 1, maxLength: 8 }), { maxLength: 8, size: 'max' });

interface Found {
  readonly line: number;
  readonly id: string;
  readonly time: number;
}

/** @param passedOver flags of lines that are as good as not there */
function byLine(
  match: CompiledMatch,
  log: readonly (readonly string[])[],
  passedOver: readonly boolean[] = [],
): readonly Found[] {
  const matcher = createLineMatcher(match, { clock: 'line', reference: TODAY });
  return log.flat().flatMap((text, line) =>
    passedOver[line]
      ? []
      : matcher
          // Code that cuts a file into lines removes the carriage return.
          .feed({ text: text.replace(/\r$/, ''), eventTime: undefined, eventId: '' })
          .map(({ id, time }) => ({ line, id, time })),
  );
}

function byBlock(match: CompiledMatch, log: readonly (readonly string[])[], lastNewline: boolean): readonly Found[] {
  return readBlocks(new JailLines(match, TODAY, unwatched), literalScanner(match), log, lastNewline);
}

function readBlocks(
  reader: JailLines,
  scanner: LiteralScanner | undefined,
  log: readonly (readonly string[])[],
  lastNewline: boolean,
): readonly Found[] {
  const found: Found[] = [];
  let before = 0;
  for (const [index, block] of log.entries()) {
    const text = block.join('\n') + (index < log.length - 1 || lastNewline ? '\n' : '');
    const bytes = Buffer.from(`${text}gate: refused 192.0.2.1\n`);
    const length = Buffer.byteLength(text);
    const all = reader.read({ bytes, length, bytesRead: 0 }, scanner && spansOf(scanner.scan(bytes, length), bytes));
    for (let at = 0; at < all.length; at++) {
      const failure = all.at(at);
      const line = before + bytes.toString('utf8', 0, all.end(at)).split('\n').length - 1;
      found.push({ line, id: failure.id, time: failure.time });
    }
    before += block.length;
    bytes.fill('#');
  }
  return found;
}

describe('JailLines', () => {
  it.each(Object.entries(FILTERS))('finds in blocks what a matcher finds line by line: %s', (_, match) => {
    fc.assert(
      fc.property(logs, fc.boolean(), (log, lastNewline) => {
        expect(byBlock(match, log, lastNewline)).toEqual(byLine(match, log));
      }),
      { numRuns: 300 },
    );
  });

  it('goes on so in a long log, whatever its templates have learned', () => {
    const match = FILTERS['plain'] as CompiledMatch;
    fc.assert(
      fc.property(
        fc.array(fc.array(lines, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        (some) => {
          const log = Array.from({ length: 60 }, () => some).flat();
          expect(byBlock(match, log, true)).toEqual(byLine(match, log));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(FILTERS))(
    'gives up lines that take too long, wherever they were stopped, as if they had never been: %s',
    (_, match) => {
      let givenUp = 0;
      fc.assert(
        fc.property(logs, fc.infiniteStream(fc.nat({ max: 9 })), (log, dice) => {
          const hostile = log.map((block) => block.map(() => (dice.next().value ?? 9) < 2));
          const flags = hostile.flat().values();
          // The block as a whole takes too long; then each line is watched, the hostile ones
          // stopped in both of their tries after they did their worst.
          let isSecondTry = false;
          const watch: Watch = (work, ms) => {
            const value = work();
            if (ms >= 1000) return { kind: 'expired', cpuMs: ms };
            const isHostile = isSecondTry || flags.next().value === true;
            isSecondTry = isHostile && !isSecondTry;
            return isHostile ? { kind: 'expired', cpuMs: ms } : { kind: 'done', value };
          };
          const reader = new JailLines(match, TODAY, watch);
          const found = readBlocks(reader, undefined, log, true);
          expect(found).toEqual(byLine(match, log, hostile.flat()));
          givenUp += reader.counts().givenUp;
          expect(reader.counts().givenUp).toBe(hostile.flat().filter(Boolean).length);
        }),
        { numRuns: 300 },
      );
      expect(givenUp).toBeGreaterThan(500);
    },
  );

  it('gives a line without a date that of the block before', () => {
    const match = FILTERS['plain'] as CompiledMatch;
    const found = byBlock(match, [['2024-05-06 00:00:09 hall: open', 'more'], ['gate: refused 192.0.2.7']], true);
    expect(found).toEqual([{ line: 2, id: '192.0.2.7', time: TODAY + 9 }]);
  });

  it('counts what brought no failure', () => {
    const reader = new JailLines(FILTERS['plain'] as CompiledMatch, TODAY, unwatched);
    const text = `2024-05-06 00:00:09 gate: refused host.example\ngate: refused ${' '.repeat(262_144)}\n`;
    reader.read({ bytes: Buffer.from(text), length: text.length, bytesRead: 0 }, undefined);
    expect(reader.counts()).toMatchObject({ names: 1, tooLong: 1, givenUp: 0 });
  });
});
