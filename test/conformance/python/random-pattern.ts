import fc from 'fast-check';

/**
 * A random regex before its groups are numbered: references are resolved when it is written out.
 */
type Random =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'row'; readonly parts: readonly Random[] }
  | { readonly kind: 'choice'; readonly parts: readonly Random[] }
  | { readonly kind: 'wrap'; readonly open: string; readonly body: Random }
  | { readonly kind: 'capture'; readonly named: boolean; readonly body: Random }
  | { readonly kind: 'repeat'; readonly quantifier: string; readonly body: Random }
  | { readonly kind: 'reference'; readonly pick: number; readonly byName: boolean }
  | { readonly kind: 'conditional'; readonly pick: number; readonly yes: Random; readonly no: Random | null };

const ATOMS = [
  ...['a', 'b', 'k', 's', 'i', 'A', ' ', '1', '-', ':', '\\.', '\\n', 'é', 'ſ', 'ß', '💩', '€'],
  ...['.', '\\d', '\\w', '\\s', '\\D', '\\W', '\\S', '\\t', '\\x61', '\\u00e9', '\\141', '\\U0001f4a9'],
  ...[
    '[ab]',
    '[^a]',
    '[]a]',
    '[^]a]',
    '[a-k]',
    '[\\w-]',
    '[^\\s:]',
    '[\\d.]',
    '[^\\W1]',
    '[é-ſ]',
    '[-a]',
    '[a\\]]',
    '[^💩]',
  ],
  ...['^', '$', '\\b', '\\B', '\\A', '\\Z'],
] as const;

const QUANTIFIERS = [
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{,2}',
  '{1,}',
  '{0,2}?',
  '{1,3}',
  '*+',
  '++',
  '?+',
  '{1,2}+',
];

/**
 * An empty lookahead stands before `(?a:`, because at the start of a pattern CPython's search
 * optimization takes the group's class for a Unicode one (Lib/re/_compiler.py: _compile_info
 * ignores the group's own flags) and misses matches.
 */
const WRAPS = ['(?:', '(?:', '(?=', '(?!', '(?>', '(?i:', '(?s:', '(?m:', '(?=)(?a:', '(?-i:', '(?<=', '(?<!'];

/** Few atoms, so that the structure of groups and repeats decides what matches. */
const STRUCTURAL_ATOMS = ['a', 'a', 'b', 'b', 'c', 'ab', '.', '[ab]', '[^a]'] as const;

function randomNode(atoms: readonly string[], wraps: readonly string[]): fc.Arbitrary<Random> {
  return fc.letrec<{ node: Random; row: Random }>((tie) => ({
    row: fc
      .array(tie('node'), { minLength: 0, maxLength: 4, depthIdentifier: 'row' })
      .map((parts): Random => ({ kind: 'row', parts })),
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 8, arbitrary: fc.constantFrom(...atoms).map((text): Random => ({ kind: 'text', text })) },
      {
        weight: 2,
        arbitrary: fc
          .array(tie('row'), { minLength: 2, maxLength: 3 })
          .map((parts): Random => ({ kind: 'choice', parts })),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...wraps), tie('row'))
          .map(([open, body]): Random => ({ kind: 'wrap', open, body })),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.boolean(), tie('row'))
          .map(([named, body]): Random => ({ kind: 'capture', named, body })),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.constantFrom(...QUANTIFIERS), tie('node'))
          .map(([quantifier, body]): Random => ({ kind: 'repeat', quantifier, body })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.nat(9), fc.boolean())
          .map(([pick, byName]): Random => ({ kind: 'reference', pick, byName })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.nat(9), tie('row'), fc.option(tie('row')))
          .map(([pick, yes, no]): Random => ({ kind: 'conditional', pick, yes, no })),
      },
    ),
  })).node;
}

interface Writing {
  opened: number;
  /** Groups that may be referred to. */
  readonly closed: { readonly number: number; readonly name: string | undefined }[];
}

function write(node: Random, writing: Writing): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'row':
      return node.parts.map((part) => write(part, writing)).join('');
    case 'choice':
      return `(?:${node.parts.map((part) => write(part, writing)).join('|')})`;
    case 'wrap':
      return `${node.open}${write(node.body, writing)})`;
    case 'capture': {
      const number = ++writing.opened;
      const name = node.named ? `g${number}` : undefined;
      const body = write(node.body, writing);
      writing.closed.push({ number, name });
      return name === undefined ? `(${body})` : `(?P<${name}>${body})`;
    }
    case 'repeat': {
      const body = write(node.body, writing);
      return `${node.body.kind === 'text' ? body : `(?:${body})`}${node.quantifier}`;
    }
    case 'reference': {
      const group = writing.closed[node.pick % Math.max(1, writing.closed.length)];
      if (group === undefined) {
        return 'a';
      }
      return node.byName && group.name !== undefined ? `(?P=${group.name})` : `(?:\\${group.number})`;
    }
    case 'conditional': {
      const group = writing.closed[node.pick % Math.max(1, writing.closed.length)];
      const yes = write(node.yes, writing);
      const no = node.no === null ? '' : `|${write(node.no, writing)}`;
      return group === undefined ? yes : `(?(${group.name ?? group.number})${yes}${no})`;
    }
  }
}

/** A Python regex; most are valid. One with all kinds of atoms and flags. */
export const randomPattern: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('', '', '', '(?i)', '(?s)', '(?m)'), rows(randomNode(ATOMS, WRAPS)))
  .map(([flags, parts]) => flags + written(parts));

/** A Python regex over the letters a, b and c with all kinds of groups, repeats and references. */
export const structuralPattern: fc.Arbitrary<string> = rows(
  randomNode(STRUCTURAL_ATOMS, ['(?:', '(?:', '(?:', '(?=', '(?!', '(?>']),
).map(written);

function rows(node: fc.Arbitrary<Random>): fc.Arbitrary<Random[]> {
  return fc.array(node, { minLength: 1, maxLength: 4 });
}

function written(parts: readonly Random[]): string {
  const writing: Writing = { opened: 0, closed: [] };
  return parts.map((part) => write(part, writing)).join('');
}

export const structuralSubject: fc.Arbitrary<string> = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 9 })
  .map((letters) => letters.join(''));

/**
 * A short subject, never empty (fail2ban's end in a newline), over the letters that the patterns
 * are made of.
 */
export const randomSubject: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'a',
        'a',
        'b',
        'b',
        'A',
        'B',
        'k',
        '\u212a',
        's',
        'ſ',
        'i',
        'ı',
        'İ',
        'ß',
        'ẞ',
        'é',
        'É',
        '1',
        '٣',
        ' ',
        ':',
        '-',
        '.',
      ],
      ...['\n', '\r', '\u2028', '\u0085', '\u001c', '\ufeff', '_', ']', '€', '💩', '𝟙', '𐐀'],
    ),
    { minLength: 1, maxLength: 9 },
  )
  .map((characters) => characters.join(''));
