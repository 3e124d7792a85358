import { CommandError } from '../command-error.ts';

/** Where a command was at work, for the words of its failure. */
export interface Place {
  readonly stack: string;
  readonly region: string;
  readonly profile?: string;
}

/** A failure with what to do about it. */
export function failure(message: string, help: string): CommandError {
  return new CommandError(`${message}\n  help: ${help}`, 1);
}

/**
 * A failure of AWS, or on the way to it, as text for the operator. `undefined` for any other
 * failure.
 *
 * Names and codes: "Common error types" of the CloudFormation and DynamoDB API references; Node's
 * and the SDK's own for what goes wrong before there is an answer.
 */
export function awsFailure(error: unknown, place: Place): CommandError | undefined {
  if (error instanceof CommandError || !(error instanceof Error)) return undefined;
  const cause = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  return signIn(cause, place) ?? refused(cause, place) ?? inTrouble(cause, place) ?? unreachable(cause, place);
}

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'];
const NOT_KNOWN = [
  ...['InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidAccessKeyId', 'AuthFailure', 'InvalidToken'],
  ...['SignatureDoesNotMatch', 'IncompleteSignature', 'InvalidSignatureException'],
  ...['MissingAuthenticationToken', 'MissingAuthenticationTokenException'],
];
/**
 * The SDK's: credentials could not be had, or those of IAM Identity Center could not be renewed.
 */
const NOT_FOUND = ['CredentialsProviderError', 'TokenProviderError', 'ProviderError'];

function signIn({ name, message }: Error, { profile, region }: Place): CommandError | undefined {
  const whose = profile === undefined ? '' : ` of the profile "${profile}"`;
  const login = `aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`;
  if (EXPIRED.includes(name) || (NOT_FOUND.includes(name) && /expired/i.test(message))) {
    return failure(`the AWS credentials${whose} have expired`, `sign in again (${login}), or renew AWS_SESSION_TOKEN`);
  }
  if (NOT_FOUND.includes(name)) {
    const details = message.startsWith('Could not load credentials') ? '' : `: ${message}`;
    const help =
      `sign in (aws configure, or ${login}), or name a profile that is with --profile; aws sts ` +
      'get-caller-identity shows who you are';
    return failure(`there are no AWS credentials${whose}${details}`, help);
  }
  if (name === 'RequestExpired' || /signature (?:expired|not yet current)/i.test(message)) {
    return failure('AWS takes requests of the last minutes only, and this one seems older', "set this machine's clock");
  }
  if (!NOT_KNOWN.includes(name)) return undefined;
  const help =
    'sign in with others (--profile, AWS_PROFILE, AWS_ACCESS_KEY_ID); a Region that is switched off, ' +
    `such as ${region} may be, knows none either`;
  return failure(`AWS does not know the credentials${whose}: ${message}`, help);
}

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'NotAuthorized'];
const NEEDED =
  "cloudformation:DescribeStacks on the stack, dynamodb:GetItem, PutItem and Query on its bans table and that table's index, dynamodb:GetItem, BatchGetItem, PutItem and DeleteItem on its attempts table";

function refused({ name, message }: Error, { stack, region }: Place): CommandError | undefined {
  if (DENIED.includes(name)) {
    return failure(
      message,
      `ask for the permission, or sign in as a user who has it; all commands together need ${NEEDED}`,
    );
  }
  if (name === 'OptInRequired')
    return failure(message, `switch the Region ${region} on, or name another with --region`);
  if (name === 'ResourceNotFoundException') {
    return failure(
      `a table of the stack "${stack}" in ${region} is gone: ${message}`,
      'it was deleted, or the stack is being deleted; npm run deploy makes a stack whole again',
    );
  }
  if (name === 'ValiError') {
    return failure(
      `a record in a table of the stack "${stack}" can't be read: ${message}`,
      'use the release of cloudjail that the stack was deployed with, or deploy this one',
    );
  }
  return undefined;
}

const TOO_FAST = [
  ...['Throttling', 'ThrottlingException', 'ThrottledException', 'RequestThrottled', 'RequestThrottledException'],
  ...['RequestLimitExceeded', 'ProvisionedThroughputExceededException', 'TooManyRequestsException', 'SlowDown'],
];

function inTrouble(error: Error, { region }: Place): CommandError | undefined {
  const { name, message } = error;
  if (TOO_FAST.includes(name)) {
    const help = 'wait a little and repeat the command: what it has done already, it does not do again';
    return failure(`AWS takes no more requests for now: ${message}`, help);
  }
  const status = '$metadata' in error && (error.$metadata as { readonly httpStatusCode?: number })?.httpStatusCode;
  if (typeof status !== 'number' || status < 500) return undefined;
  const help = `repeat the command; if it goes on, see https://health.aws.amazon.com for ${region}`;
  return failure(`AWS failed: ${name}: ${message}`, help);
}

const UNREACHABLE = [
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['TimeoutError', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
];

/** What @smithy/node-http-handler writes. */
const SILENT = /socket timed out after (?<silence>\d+) ms of inactivity/;

function unreachable(error: Error, { region }: Place): CommandError | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (/CERT|SELF_SIGNED/.test(code)) {
    const help = "name your proxy's certificate authority in NODE_EXTRA_CA_CERTS";
    return failure(`the server that answers for AWS has a certificate that is not trusted: ${error.message}`, help);
  }
  if (!UNREACHABLE.includes(code)) return undefined;
  const { silence } = SILENT.exec(error.message)?.groups ?? {};
  if (silence !== undefined) {
    const help = 'repeat the command; look at the network and the proxy (AWS_ENDPOINT_URL leads elsewhere when set)';
    return failure(`AWS in ${region} takes the call and does not answer within ${Number(silence) / 1000} s`, help);
  }
  const help =
    `is there a Region ${region}? if so, look at the network and the proxy (AWS_ENDPOINT_URL leads ` +
    'elsewhere when set)';
  return failure(`AWS can't be reached in ${region}: ${error.message || code}`, help);
}
