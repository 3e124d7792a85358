import type { AwsCall } from '../../local/emulators/aws-call.ts';
import type { Constraint } from '../../local/emulators/constraints.ts';
import { ServiceError } from '../../local/emulators/service-error.ts';

/** An operation of CloudWatch Logs. */
export interface LogsOperation {
  /** Calls a second that an account may make in the Region. */
  perSecond(region: string): number;
  readonly constraints: Readonly<Record<string, Constraint>>;
  /** @throws {ServiceError} what the operation answers instead of an output */
  run(call: AwsCall): object;
}

/** LogGroupName in the API reference. */
export const LOG_GROUP_NAME: Constraint = { minLength: 1, maxLength: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ };
/** FilterPattern in the API reference. */
export const FILTER_PATTERN: Constraint = { maxLength: 1024 };

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function noSuchLogGroup(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
}
