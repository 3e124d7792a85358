/**
 * Reading a query's parameters, and what most EC2 operations share: filters, pages, canonical CIDR
 * blocks.
 */

import ipaddr from 'ipaddr.js';
import { ServiceError } from './service-error.ts';

export type Parameters = Readonly<Record<string, unknown>>;

export function invalidValue(parameter: string, value: string, why: string): ServiceError {
  return new ServiceError('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`);
}

/** A text parameter, or undefined when it is not there. */
export function optionalText(input: Parameters, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

/** A text parameter that must be there; throws MissingParameter. */
export function text(input: Parameters, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined) {
    throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}`);
  }
  return value;
}

export function optionalInteger(input: Parameters, name: string): number | undefined {
  const value = optionalText(input, name);
  if (value === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(value)) throw invalidValue(name, value, 'It must be an integer.');
  return Number(value);
}

export function integer(input: Parameters, name: string): number {
  text(input, name);
  return optionalInteger(input, name) ?? 0;
}

/** A list of texts: empty when it is not there. */
export function texts(input: Parameters, name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((element): element is string => typeof element === 'string') : [];
}

/** A list of structures: empty when it is not there. */
export function structures(input: Parameters, name: string): readonly Parameters[] {
  const value = input[name];
  return Array.isArray(value)
    ? value.filter((element): element is Parameters => typeof element === 'object' && element !== null)
    : [];
}

/** A structure, or undefined when it is not there. */
export function structure(input: Parameters, name: string): Parameters | undefined {
  const value = input[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parameters) : undefined;
}

/** The items that pass every filter; values of one filter are alternatives. */
export function filtered<T>(
  items: readonly T[],
  input: Parameters,
  attributes: Readonly<Record<string, (item: T) => string>>,
): readonly T[] {
  return structures(input, 'Filter').reduce((left, filter) => {
    const name = text(filter, 'Name');
    const attribute = attributes[name];
    if (attribute === undefined) throw new ServiceError('InvalidParameterValue', `The filter '${name}' is invalid`);
    const values = texts(filter, 'Value');
    return left.filter((item) => values.includes(attribute(item)));
  }, items);
}

/** One page of the items, by MaxResults (`sizes`: least and most) and NextToken. */
export function page<T>(
  items: readonly T[],
  input: Parameters,
  [least, most]: readonly [number, number],
): { items: readonly T[]; nextToken: string | undefined } {
  const size = optionalInteger(input, 'MaxResults') ?? most;
  if (size < least || size > most) {
    throw invalidValue('maxResults', String(size), `Expecting a value between ${least} and ${most}.`);
  }
  const token = optionalText(input, 'NextToken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start)) throw new ServiceError('InvalidNextToken', `The token '${token}' is invalid`);
  const end = start + size;
  const nextToken = end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined;
  return { items: items.slice(start, end), nextToken };
}

export interface CidrBlock {
  readonly cidr: string;
  readonly family: 'IPv4' | 'IPv6';
}

/** The block with its host bits cleared, as EC2 stores it; undefined when it is none. */
export function canonicalCidr(block: string): CidrBlock | undefined {
  const [, host = '', prefix = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(block) ?? [];
  const bits = Number(prefix);
  if (ipaddr.IPv4.isValidFourPartDecimal(host) && bits <= 32) {
    return { cidr: `${ipaddr.IPv4.networkAddressFromCIDR(block)}/${bits}`, family: 'IPv4' };
  }
  if (ipaddr.IPv6.isValid(host) && bits <= 128) {
    return { cidr: `${ipaddr.IPv6.networkAddressFromCIDR(block)}/${bits}`, family: 'IPv6' };
  }
  return undefined;
}
