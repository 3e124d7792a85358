/** Python's arithmetic on numbers: `//` and `%` round down, comparisons give 1 or 0. */
export type Binary = (left: number, right: number) => number;

export const MULTIPLICATIVE: Readonly<Record<string, Binary>> = {
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': floorDivide,
  '%': modulo,
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

/** With the divisor's sign, and exact: Objects/floatobject.c: float_rem. */
function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/**
 * 1 // 0.1 is 9, since 0.1 is a little more than a tenth: Objects/floatobject.c: _float_div_mod.
 */
function floorDivide(a: number, b: number): number {
  return b === 0 ? Number.NaN : Math.round((a - modulo(a, b)) / b);
}
