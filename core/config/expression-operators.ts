/** Python's arithmetic on numbers: `//` and `%` round down, comparisons give 1 or 0. */
export type Binary = (left: number, right: number) => number;

export const MULTIPLICATIVE: Readonly<Record<string, Binary>> = {
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a - b * Math.floor(a / b),
};
export const ADDITIVE: Readonly<Record<string, Binary>> = { '+': (a, b) => a + b, '-': (a, b) => a - b };
const SHIFT: Readonly<Record<string, Binary>> = {
  '<<': (a, b) => a * 2 ** b,
  '>>': (a, b) => Math.floor(a / 2 ** b),
};
export const COMPARISON: Readonly<Record<string, Binary>> = {
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
};
const bits =
  (operate: (a: bigint, b: bigint) => bigint): Binary =>
  (a, b) =>
    Number.isSafeInteger(a) && Number.isSafeInteger(b) ? Number(operate(BigInt(a), BigInt(b))) : Number.NaN;
const AND: Readonly<Record<string, Binary>> = { '&': bits((a, b) => a & b) };
const XOR: Readonly<Record<string, Binary>> = { '^': bits((a, b) => a ^ b) };
const OR: Readonly<Record<string, Binary>> = { '|': bits((a, b) => a | b) };
/** Loosest first, between comparison and the sign of a factor. */
export const LEVELS = [OR, XOR, AND, SHIFT, ADDITIVE, MULTIPLICATIVE];
