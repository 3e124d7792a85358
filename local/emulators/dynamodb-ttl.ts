/** Time to live (DynamoDB developer guide, "How it works: DynamoDB Time to Live"). */

import type { Item } from './dynamodb-stream.ts';
import type { Table } from './dynamodb-tables.ts';
import { ServiceError } from './service-error.ts';

interface Specification {
  readonly AttributeName?: string;
  readonly Enabled?: boolean;
}

/** Implements UpdateTimeToLive. Switching to the present state is an error, as in AWS. */
export function updateTimeToLive(table: Table, input: Readonly<Record<string, unknown>>): object {
  const specification = input['TimeToLiveSpecification'] as Specification | undefined;
  const { AttributeName, Enabled } = specification ?? {};
  if (AttributeName === undefined || AttributeName === '' || Enabled === undefined) {
    throw invalid('TimeToLiveSpecification must name an attribute and state whether it is enabled');
  }
  if (Enabled && table.ttlAttribute !== undefined) throw invalid('TimeToLive is already enabled');
  if (!Enabled && table.ttlAttribute === undefined) throw invalid('TimeToLive is already disabled');
  table.ttlAttribute = Enabled ? AttributeName : undefined;
  return { TimeToLiveSpecification: specification };
}

/** The answer of DescribeTimeToLive. */
export function describeTimeToLive({ ttlAttribute }: Table): object {
  if (ttlAttribute === undefined) return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
  return { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute } };
}

const FIVE_YEARS = 5 * 365.25 * 86_400;

/**
 * True when DynamoDB may remove the item: the attribute is a number, past at `nowMs`, and not by
 * more than five years.
 */
export function isExpired(item: Item, attribute: string, nowMs: number): boolean {
  const { N } = item[attribute] ?? {};
  if (typeof N !== 'string') return false;
  const age = nowMs / 1000 - Number(N);
  return age > 0 && age <= FIVE_YEARS;
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message, { namespace: 'com.amazon.coral.validate#' });
}
