/**
 * The length, pattern and enum constraints of an API model, checked and worded as by AWS's front
 * end.
 */

import { ServiceError } from './service-error.ts';

export interface Constraint {
  readonly optional?: true;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Must match the whole member. */
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
  /** Range of an integer member. */
  readonly range?: readonly [number, number];
  /** A list of strings; the service checks its elements. */
  readonly list?: true;
}

/**
 * Throws ValidationException naming every member that breaks its constraint, SerializationException
 * for a member of the wrong type. Members without a constraint are ignored, as AWS ignores unknown
 * members.
 */
export function checkConstraints(
  input: Readonly<Record<string, unknown>>,
  constraints: Readonly<Record<string, Constraint>>,
): void {
  const broken = Object.entries(constraints).flatMap(([name, constraint]) => {
    const value = input[name] ?? null;
    if (value === null) return constraint.optional === true ? [] : [sentence(name, null, 'Member must not be null')];
    return breaches(value, constraint).map((breach) => sentence(name, value, breach));
  });
  if (broken.length === 0) return;
  const errors = broken.length === 1 ? '1 validation error' : `${broken.length} validation errors`;
  throw new ServiceError('ValidationException', `${errors} detected: ${broken.join('; ')}`);
}

function breaches(value: unknown, constraint: Constraint): string[] {
  if (constraint.list === true) {
    if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return [];
    throw new ServiceError('SerializationException', '');
  }
  if (constraint.range !== undefined) return rangeBreaches(value, constraint.range);
  if (typeof value !== 'string') throw new ServiceError('SerializationException', '');
  return textBreaches(value, constraint);
}

function rangeBreaches(value: unknown, [least, most]: readonly [number, number]): string[] {
  if (typeof value !== 'number') throw new ServiceError('SerializationException', '');
  if (value < least) return [`Member must have value greater than or equal to ${least}`];
  if (value > most) return [`Member must have value less than or equal to ${most}`];
  return [];
}

function textBreaches(value: string, { minLength = 0, maxLength = Infinity, pattern, values }: Constraint): string[] {
  const found: string[] = [];
  if (value.length < minLength) found.push(`Member must have length greater than or equal to ${minLength}`);
  if (value.length > maxLength) found.push(`Member must have length less than or equal to ${maxLength}`);
  if (pattern?.test(value) === false) {
    found.push(`Member must satisfy regular expression pattern: ${pattern.source}`);
  }
  if (values?.includes(value) === false) found.push(`Member must satisfy enum value set: [${values.join(', ')}]`);
  return found;
}

function sentence(name: string, value: unknown, breach: string): string {
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const shown = value === null ? 'null' : `'${String(value)}'`;
  return `Value ${shown} at '${member}' failed to satisfy constraint: ${breach}`;
}
