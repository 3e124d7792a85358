import { grouped } from '../output/progress-line.ts';
import type { PatternProof, SampleLine } from './prove-patterns.ts';

/** Lines shown of those that a pattern keeps out. */
const MOST_SHOWN = 10;
const INDENT = '    ';

/** The line of `--json` for a log group. */
export function proofObject({
  logGroup,
  jails,
  pattern,
  allEvents,
  proven,
  lost,
  unsampled,
  refused,
}: PatternProof): object {
  return {
    logGroup,
    jails: jails.map(({ name }) => name),
    pattern,
    ...(allEvents === undefined ? {} : { allEvents }),
    proven,
    lost,
    unsampled,
    ...(refused === undefined ? {} : { refused }),
  };
}

/** For people: what is known of the pattern of each log group, and what to do. */
export function proofText(proofs: readonly PatternProof[]): string {
  return proofs.map((proof) => `${[heading(proof), ...body(proof)].join(`\n${INDENT}`)}\n`).join('');
}

/** Of all log groups together. */
export function proofTotals(proofs: readonly PatternProof[]) {
  const sum = (of: (proof: PatternProof) => number): number => proofs.reduce((total, proof) => total + of(proof), 0);
  return {
    logGroups: proofs.length,
    proven: sum(({ proven }) => proven),
    lost: sum(({ lost }) => lost.length),
    refused: sum(({ refused }) => (refused === undefined ? 0 : 1)),
  };
}

function heading({ logGroup, jails }: PatternProof): string {
  return `${logGroup}  [${jails.map(({ name }) => name).join(', ')}]`;
}

function body(proof: PatternProof): readonly string[] {
  const { pattern, allEvents, proven, lost, unsampled, refused } = proof;
  if (allEvents !== undefined) return [`every event gets through: ${allEvents}`];
  if (refused !== undefined) return [pattern, `CloudWatch refuses this pattern: ${refused}`, ...wayOut(proof)];
  const known =
    lost.length > 0
      ? [
          `${many(lost.length, 'line')} of ${grouped(proven + lost.length)} that match LOST:`,
          ...shown(lost),
          ...wayOut(proof),
        ]
      : proven > 0
        ? [`proven: ${many(proven, 'line')} that match get through`]
        : ['nothing is proven'];
  return [pattern, ...known, ...notTried(unsampled)];
}

function shown(lost: readonly SampleLine[]): readonly string[] {
  const lines = lost
    .slice(0, MOST_SHOWN)
    .flatMap(({ line, jail, from }) => [
      `  ${line}`,
      `    [${jail}] ${'file' in from ? `in ${from.file}` : `failregex ${from.failregex}`}`,
    ]);
  return lost.length > MOST_SHOWN ? [...lines, `  … and ${grouped(lost.length - MOST_SHOWN)} more`] : lines;
}

/** A failregex without a word in it, which only a line with nothing but an address matches. */
function wayOut({ logGroup }: PatternProof): readonly string[] {
  return [
    'The matcher does not see such lines. That is a mistake of cloudjail: report it with the pattern and a ' +
      'line. Until it is mended, have',
    'every event of the log group let through, by a jail that requires no word and never bans (into jail.local):',
    '',
    '  [everything]',
    '  enabled = true',
    '  filter =',
    `  loggroup = ${logGroup}`,
    '  failregex = ^<HOST>$',
    '  action = dry-run',
    '',
  ];
}

function notTried(unsampled: PatternProof['unsampled']): readonly string[] {
  if (unsampled.length === 0) return [];
  return [
    `no line could be made up for ${many(unsampled.length, 'failregex', 'failregexes')}; name a log with such ` +
      'lines with --sample:',
    ...unsampled.map(({ jail, failregex }) => `  [${jail}] ${failregex}`),
  ];
}

function many(count: number, one: string, several = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : several}`;
}
