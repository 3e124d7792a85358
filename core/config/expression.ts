import { ADDITIVE, type Binary, COMPARISON, LEVELS, MULTIPLICATIVE } from './expression-operators.ts';
import { type Token, tokenize } from './expression-tokens.ts';

/** The names an expression may use, with their values. */
interface Scope {
  readonly values: Readonly<Record<string, number>>;
  readonly random: () => number;
}

type Evaluator = (scope: Scope) => number;

export type Expression =
  | { readonly kind: 'expression'; readonly evaluate: Evaluator }
  | { readonly kind: 'malformed'; readonly message: string; readonly offset: number; readonly length: number };

/** What an expression may contain beyond numbers and operators. */
export interface Dialect {
  /** Multipliers by lower-case unit; with them, adjacent groups add up: `1d 12h`. */
  readonly units: Readonly<Record<string, number>> | undefined;
  readonly names: readonly string[];
  readonly functions: Readonly<Record<string, PureFunction>>;
}

export interface PureFunction {
  readonly call: (args: readonly number[], random: () => number) => number;
  readonly least: number;
  readonly most: number;
}

/**
 * Reads a Python arithmetic expression of numbers, with Python's operators, precedence and meaning
 * (`//` and `%` round down, `a if b else c`, chained comparisons). fail2ban hands such options to
 * Python's eval; here nothing but arithmetic can happen.
 */
export function parseExpression(text: string, dialect: Dialect): Expression {
  const parser = new Parser(tokenize(text, dialect.units !== undefined), dialect);
  try {
    return { kind: 'expression', evaluate: parser.parse() };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { token, message } = error;
    return { kind: 'malformed', message, offset: token.offset, length: Math.max(1, token.text.length) };
  }
}

/** Leaves the recursive descent; never leaves this file. */
class Malformed extends Error {
  readonly token: Token;

  constructor(token: Token, message: string) {
    super(message);
    this.token = token;
  }
}

const WORDS = ['if', 'else', 'and', 'or', 'not'];

/** No real configuration nests deeply; without a limit deep nesting would exhaust the stack. */
const MAX_NESTING = 200;

class Parser {
  readonly #tokens: readonly Token[];
  readonly #dialect: Dialect;
  #next = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[], dialect: Dialect) {
    this.#tokens = tokens;
    this.#dialect = dialect;
  }

  parse(): Evaluator {
    const whole = this.#conditional();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw new Malformed(rest, `"${rest.text}" is not expected here`);
    return whole;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', offset: 0, spaced: false };
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token.text !== text || token.kind === 'end') return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    const token = this.#peek();
    if (!this.#take(text)) throw new Malformed(token, `"${text}" is missing here`);
  }

  #conditional(): Evaluator {
    if (++this.#nesting > MAX_NESTING) throw new Malformed(this.#peek(), 'the expression is nested too deep');
    const yes = this.#or();
    this.#nesting--;
    if (!this.#take('if')) return yes;
    const condition = this.#or();
    this.#expect('else');
    const no = this.#conditional();
    return (scope) => (condition(scope) !== 0 ? yes(scope) : no(scope));
  }

  #or(): Evaluator {
    let left = this.#and();
    while (this.#take('or')) {
      const [first, second] = [left, this.#and()];
      left = (scope) => first(scope) || second(scope);
    }
    return left;
  }

  #and(): Evaluator {
    let left = this.#not();
    while (this.#take('and')) {
      const [first, second] = [left, this.#not()];
      left = (scope) => first(scope) && second(scope);
    }
    return left;
  }

  #not(): Evaluator {
    if (!this.#take('not')) return this.#comparison();
    const operand = this.#not();
    return (scope) => Number(operand(scope) === 0);
  }

  #comparison(): Evaluator {
    let left = this.#binary(0);
    let chain: Evaluator | undefined;
    for (let compare = this.#operator(COMPARISON); compare !== undefined; compare = this.#operator(COMPARISON)) {
      const [test, first, second, before] = [compare, left, this.#binary(0), chain];
      chain = (scope) => (before?.(scope) === 0 ? 0 : test(first(scope), second(scope)));
      left = second;
    }
    return chain ?? left;
  }

  #operator(table: Readonly<Record<string, Binary>>): Binary | undefined {
    const token = this.#peek();
    const found = token.kind === 'operator' && Object.hasOwn(table, token.text) ? table[token.text] : undefined;
    if (found !== undefined) this.#next++;
    return found;
  }

  #binary(level: number): Evaluator {
    const table = LEVELS[level];
    if (table === undefined) return this.#signed();
    let left = this.#binary(level + 1);
    for (;;) {
      const operate = this.#operator(table) ?? this.#implied(table);
      if (operate === undefined) return left;
      const [first, second] = [left, this.#binaryOrUnit(operate, level)];
      left = (scope) => operate(first(scope), second(scope));
    }
  }

  #binaryOrUnit(operate: Binary, level: number): Evaluator {
    return operate === UNIT ? this.#unit() : this.#binary(level + 1);
  }

  /**
   * In durations, a unit multiplies what stands before it, and a number right after another group
   * is added to it.
   */
  #implied(table: Readonly<Record<string, Binary>>): Binary | undefined {
    if (this.#dialect.units === undefined) return undefined;
    const { kind, spaced } = this.#peek();
    if (table === MULTIPLICATIVE && kind === 'name') return UNIT;
    if (table !== ADDITIVE || kind !== 'number') return undefined;
    const before = this.#tokens[this.#next - 1];
    return before?.kind === 'name' || (before?.kind === 'number' && spaced) ? ADDITIVE['+'] : undefined;
  }

  #unit(): Evaluator {
    const token = this.#peek();
    const word = token.text.toLowerCase();
    const units = this.#dialect.units ?? {};
    const seconds = Object.hasOwn(units, word) ? units[word] : undefined;
    if (seconds === undefined) throw new Malformed(token, `"${token.text}" is no unit of time`);
    this.#next++;
    if (!this.#take('**')) return () => seconds;
    // The unit stands for "* seconds", so a power behind it is one of the seconds.
    const exponent = this.#signed();
    return (scope) => seconds ** exponent(scope);
  }

  #signed(): Evaluator {
    if (++this.#nesting > MAX_NESTING) throw new Malformed(this.#peek(), 'the expression is nested too deep');
    const value = this.#sign();
    this.#nesting--;
    return value;
  }

  #sign(): Evaluator {
    if (this.#take('+')) return this.#signed();
    if (this.#take('-')) {
      const operand = this.#signed();
      return (scope) => -operand(scope);
    }
    if (this.#take('~')) {
      const operand = this.#signed();
      return (scope) => -operand(scope) - 1;
    }
    return this.#power();
  }

  #power(): Evaluator {
    const base = this.#primary();
    if (!this.#take('**')) return base;
    const exponent = this.#signed();
    return (scope) => base(scope) ** exponent(scope);
  }

  #primary(): Evaluator {
    const token = this.#peek();
    if (token.kind === 'number') {
      this.#next++;
      const value = Number(token.text.replaceAll('_', ''));
      if (/^0[\d_]*[1-9][\d_]*$/.test(token.text)) throw new Malformed(token, 'a number may not begin with a zero');
      return () => value;
    }
    if (this.#take('(')) {
      const inner = this.#conditional();
      this.#expect(')');
      return inner;
    }
    if (token.kind === 'name' && !WORDS.includes(token.text)) return this.#named(token);
    const what = token.kind === 'end' ? 'the expression ends too early' : `"${token.text}" is not expected here`;
    throw new Malformed(token, what);
  }

  #named(token: Token): Evaluator {
    this.#next++;
    const { names, functions } = this.#dialect;
    if (names.includes(token.text)) return (scope) => scope.values[token.text] ?? Number.NaN;
    const called = Object.hasOwn(functions, token.text) ? functions[token.text] : undefined;
    if (called === undefined) throw new Malformed(token, `"${token.text}" is not known here`);
    this.#expect('(');
    const args: Evaluator[] = [];
    while (!this.#take(')')) {
      if (args.length > 0) this.#expect(',');
      args.push(this.#conditional());
    }
    if (args.length < called.least || args.length > called.most) {
      throw new Malformed(token, `${token.text}() does not take ${args.length} arguments`);
    }
    return (scope) =>
      called.call(
        args.map((arg) => arg(scope)),
        scope.random,
      );
  }
}

/** Stands for the unit's own multiplication, distinguished from `*` by identity. */
const UNIT: Binary = (a, b) => a * b;
