import type { PatternTest } from '../../aws/logs/cloudwatch-pattern-test.ts';
import type { InspectedJail } from '../../core/forgery/inspected-jail.ts';
import type { Watch } from '../../core/ports/watch.ts';
import { isSendable, lineJudge, matchingLines } from './matching-lines.ts';
import type { PatternGroup } from './pattern-groups.ts';

/** A line that a failregex matches, and where it comes from. */
export interface SampleLine {
  readonly line: string;
  readonly jail: string;
  /** The failregex it was made up from, or the user's file it was found in. */
  readonly from: { readonly failregex: string } | { readonly file: string };
}

/** A line of the user's. */
export interface UsersLine {
  readonly line: string;
  readonly file: string;
}

/** What CloudWatch makes of the pattern of a log group. */
export interface PatternProof extends PatternGroup {
  /** Lines that matter and get through. */
  readonly proven: number;
  /** Lines that matter and are kept from the matcher. */
  readonly lost: readonly SampleLine[];
  /** Failregexes no line could be made up for. */
  readonly unsampled: readonly { readonly jail: string; readonly failregex: string }[];
  /** CloudWatch's error for a pattern that it refuses. */
  readonly refused: string | undefined;
}

export interface ProofOptions {
  readonly patterns: PatternTest;
  readonly watch: Watch;
  readonly users: readonly UsersLine[];
  /** Called with each log group before it is tried. */
  readonly progress: (done: number, all: number) => void;
}

/**
 * Asks CloudWatch which lines that match the jails' failregexes the patterns of their log groups
 * let through. A pattern that lets every event through is not asked for.
 *
 * @param inspected the jails of the groups
 */
export async function provePatterns(
  groups: readonly PatternGroup[],
  inspected: readonly InspectedJail[],
  options: ProofOptions,
): Promise<readonly PatternProof[]> {
  const samples = sampler(inspected, options);
  const proofs: PatternProof[] = [];
  for (const [index, group] of groups.entries()) {
    options.progress(index, groups.length);
    const { lines, unsampled } = group.allEvents === undefined ? gathered(group, samples) : NOTHING;
    proofs.push({ ...group, unsampled, ...(await tried(group.pattern, lines, options.patterns)) });
  }
  return proofs;
}

interface Samples {
  readonly lines: readonly SampleLine[];
  readonly unsampled: PatternProof['unsampled'];
}

const NOTHING: Samples = { lines: [], unsampled: [] };

function gathered(group: PatternGroup, samples: (jail: string) => Samples): Samples {
  const each = group.jails.map(({ name }) => samples(name));
  const lines = new Map(each.flatMap((some) => some.lines).map((sample) => [sample.line, sample]));
  return { lines: [...lines.values()], unsampled: each.flatMap(({ unsampled }) => unsampled) };
}

/** Made once a jail, however many log groups it reads. */
function sampler(inspected: readonly InspectedJail[], { watch, users }: ProofOptions): (jail: string) => Samples {
  const jails = new Map(inspected.map((jail) => [jail.name, jail]));
  const known = new Map<string, Samples>();
  return (name) => {
    const jail = jails.get(name);
    const samples = known.get(name) ?? (jail ? samplesOf(jail, users, watch) : NOTHING);
    known.set(name, samples);
    return samples;
  };
}

function samplesOf(jail: InspectedJail, users: readonly UsersLine[], watch: Watch): Samples {
  const { name } = jail;
  const matters = lineJudge(jail.match);
  const theirs = users
    .filter(({ line }) => isSendable(line) && matters(line))
    .map(({ line, file }) => ({ line, jail: name, from: { file } }));
  const madeUp = jail.failregex.map((regex) => ({ regex, lines: matchingLines(jail, regex, watch) }));
  return {
    lines: [
      ...madeUp.flatMap(({ regex, lines }) =>
        lines.map((line) => ({ line, jail: name, from: { failregex: regex.text.value } })),
      ),
      ...theirs,
    ],
    unsampled: madeUp.flatMap(({ regex, lines }) =>
      lines.length === 0 ? [{ jail: name, failregex: regex.text.value }] : [],
    ),
  };
}

async function tried(
  pattern: string,
  lines: readonly SampleLine[],
  patterns: PatternTest,
): Promise<Pick<PatternProof, 'proven' | 'lost' | 'refused'>> {
  if (lines.length === 0) return { proven: 0, lost: [], refused: undefined };
  try {
    const texts = lines.map(({ line }) => line);
    const passed = await patterns.passed(pattern, texts);
    const lost = lines.filter(({ line }) => !passed.has(line));
    return { proven: lines.length - lost.length, lost, refused: undefined };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InvalidParameterException') throw error;
    return { proven: 0, lost: [], refused: error.message };
  }
}
