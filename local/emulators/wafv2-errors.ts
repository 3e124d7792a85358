/** Errors of WAFv2, with the members and messages AWS gives them. */

import { ServiceError } from './service-error.ts';

/** WAFInvalidParameterException; `field` is one of the SDK's ParameterExceptionField. */
export function invalidParameter(field: string, parameter: string, reason: string): ServiceError {
  return new ServiceError(
    'WAFInvalidParameterException',
    `Error reason: ${reason}, field: ${field}, parameter: ${parameter}`,
    { members: { Field: field, Parameter: parameter, Reason: reason } },
  );
}

export function optimisticLock(): ServiceError {
  return new ServiceError(
    'WAFOptimisticLockException',
    'AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. ' +
      'Reapply your changes.',
  );
}

export function nonexistentItem(): ServiceError {
  return new ServiceError(
    'WAFNonexistentItemException',
    'AWS WAF couldn’t perform the operation because your resource doesn’t exist.',
  );
}

export function duplicateItem(): ServiceError {
  return new ServiceError(
    'WAFDuplicateItemException',
    'AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.',
  );
}

export function associatedItem(): ServiceError {
  return new ServiceError(
    'WAFAssociatedItemException',
    'AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s ' +
      'associated with another resource.',
  );
}

export function tooManyIpSets(limit: number): ServiceError {
  return new ServiceError(
    'WAFLimitsExceededException',
    `AWS WAF couldn’t perform the operation because you exceeded your resource limit: ${limit} IP sets`,
    { members: { SourceType: 'IP_SET' } },
  );
}
