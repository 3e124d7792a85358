/** A piece of an arithmetic expression. */
export interface Token {
  readonly kind: 'number' | 'name' | 'operator' | 'end' | 'unknown';
  readonly text: string;
  /** In UTF-16 code units. */
  readonly offset: number;
  /** White space stands before it. */
  readonly spaced: boolean;
}

const NUMBER = /^(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?/;
const PLAIN_NUMBER = /^(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+)/;
const NAME = /^[A-Za-z_][A-Za-z_]*/;
const DOTTED_NAME = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/;
const OPERATOR = /^(?:\*\*|\/\/|<<|>>|<=|>=|==|!=|[-+*/%()<>,&|^~])/;

/** A Python comment with nothing but comments on the lines below it. */
const COMMENT_TO_THE_END = /^#[^\n]*(?:\n[^\S\n]*(?:#[^\n]*)?)*$/;

/**
 * Cuts an expression up. A comment ends it, since fail2ban hands the text to Python's eval. With
 * `units`, letters end where digits begin (`1d12h` is four tokens) and `e` is no exponent; without,
 * names may be dotted (`ban.Time`).
 */
export function tokenize(text: string, units: boolean): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    const blank = /^\s*/.exec(text.slice(offset))?.[0].length ?? 0;
    offset += blank;
    const token = nextToken(text.slice(offset), offset, units, blank > 0);
    tokens.push(token);
    if (token.kind === 'end' || token.kind === 'unknown') return tokens;
    offset += token.text.length;
  }
}

function nextToken(rest: string, offset: number, units: boolean, spaced: boolean): Token {
  if (rest === '' || COMMENT_TO_THE_END.test(rest)) return { kind: 'end', text: '', offset, spaced };
  const number = (units ? PLAIN_NUMBER : NUMBER).exec(rest)?.[0];
  if (number !== undefined) return { kind: 'number', text: number, offset, spaced };
  const name = (units ? NAME : DOTTED_NAME).exec(rest)?.[0];
  if (name !== undefined) return { kind: 'name', text: name, offset, spaced };
  const operator = OPERATOR.exec(rest)?.[0];
  if (operator !== undefined) return { kind: 'operator', text: operator, offset, spaced };
  return { kind: 'unknown', text: rest.slice(0, 1), offset, spaced };
}
