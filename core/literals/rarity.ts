/** How rare a text is in the lines of a log, very roughly: good only for comparison. */

/** Words that are in many lines of many logs: worth little, even if long. */
const COMMON_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and at by client connection for from get host http in info ip is log not of on pid port post received ' +
    'root server session ' +
    'ssh ssh2 sshd the to user uid with'
  ).split(' '),
);
/** Words that are in many lines of some logs. */
const FREQUENT_WORDS: ReadonlySet<string> = new Set(
  (
    'accepted access address auth authentication authorization closed command connect denied disconnect error ' +
    'failed failure file found ' +
    'invalid is line lost login mail message method name no or password publickey query referer request script ' +
    'smtp sudo su system ' +
    'unknown upstream was'
  ).split(' '),
);

const BITS_A_COMMON_WORD = 3;
const BITS_A_FREQUENT_WORD = 12;
const LINE_LENGTH = 100;

/** The share of benign lines that have a text of so many bits. */
export function shareOfLines(bits: number): number {
  return Math.min(1, LINE_LENGTH * 2 ** -bits);
}

/** Bits of information in a stretch of a text: parts of a common word are as common as the word. */
export function bitsOf(text: string, ignoreCase: boolean, from = 0, to = text.length): number {
  let total = 0;
  for (const { 0: run, index } of text.matchAll(/[A-Za-z0-9]+|[^A-Za-z0-9]/g)) {
    const part = text.slice(Math.max(from, index), Math.max(from, Math.min(to, index + run.length)));
    if (part === '') continue;
    total += Math.min(most(run.toLowerCase()), bitsOfAll(part, ignoreCase));
  }
  return total;
}

function most(word: string): number {
  if (COMMON_WORDS.has(word)) return BITS_A_COMMON_WORD;
  return FREQUENT_WORDS.has(word) ? BITS_A_FREQUENT_WORD : Number.POSITIVE_INFINITY;
}

function bitsOfAll(characters: string, ignoreCase: boolean): number {
  return [...characters].reduce((sum, character) => sum + bitsOfOne(character, ignoreCase), 0);
}

/** Bits of a character, by its frequency in logs. */
function bitsOfOne(character: string, ignoreCase: boolean): number {
  if (character === ' ') return 1;
  if (/[0-9]/.test(character)) return 2;
  return /[A-Z]/.test(character) && !ignoreCase ? 4 : 2.5;
}
