import type { Jail, Located } from '../config/jail.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

export interface LogGroups {
  /** In the order written, each once. */
  readonly names: readonly string[];
  /**
   * Of `/aws/ecs/web-*` the part before the asterisk: every log group whose name begins so is read,
   * whenever it is made.
   */
  readonly prefixes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Where the log of a server's path goes: `/cloudjail/var/log/auth.log`. */
const ROOT = '/cloudjail';
/**
 * CreateLogGroup's logGroupName in the CloudWatch Logs API reference: these characters, 512 of
 * them.
 */
const NAME = /^[\w\-./#]{1,512}$/;
/** DescribeLogGroups's logGroupNamePrefix, and the asterisk. */
const PREFIX = /^[\w\-./#]{1,512}\*$/;
const FORBIDDEN = /[^\w\-./#]+/g;
/** What Python's glob expands (fail2ban/client/jailreader.py: _glob). */
const WILDCARD = /\*+|\?+|\[[^\]/]*\]/g;

/** A name that CloudWatch Logs takes. */
export function isLogGroupName(text: string): boolean {
  return NAME.test(text);
}

/** The log groups a jail reads: its `loggroup`, else one for each `logpath`. */
export function logGroups(jail: Jail): LogGroups {
  const found = jail.loggroup.length > 0 ? jail.loggroup.map(given) : jail.logpath.map(ofPath);
  const names = [...new Set(found.flatMap(({ name }) => name ?? []))];
  const prefixes = [...new Set(found.flatMap(({ prefix }) => prefix ?? []))];
  const diagnostics = found.flatMap(({ diagnostic }) => diagnostic ?? []);
  if (found.length > 0) return { names, prefixes, diagnostics };
  const missing: Diagnostic = {
    code: 'JAIL_WITHOUT_LOGS',
    severity: 'error',
    message: `jail ${jail.name} has neither a loggroup nor a logpath`,
    help: `set loggroup in [${jail.name}] to the CloudWatch log group that holds its log`,
  };
  return { names: [], prefixes: [], diagnostics: [missing] };
}

/** The same as an operator writes them: names, and prefixes with their asterisk. */
export function writtenLogGroups(jail: Jail): readonly string[] {
  const { names, prefixes } = logGroups(jail);
  return [...names, ...prefixes.map((prefix) => `${prefix}*`)];
}

interface Found {
  readonly name?: string;
  readonly prefix?: string;
  readonly diagnostic?: Diagnostic;
}

function given({ value, at }: Located<string>): Found {
  if (isLogGroupName(value)) return { name: value };
  if (PREFIX.test(value)) return { prefix: value.slice(0, -1) };
  return {
    diagnostic: {
      code: 'LOG_GROUP_NAME',
      severity: 'error',
      message: `'${value}' is not the name of a CloudWatch log group`,
      help:
        'a log group name has 1 to 512 letters, digits and _ - / . #; an asterisk behind it takes all that ' +
        'begin so',
      ...(at && { at }),
    },
  };
}

function ofPath({ value, at }: Located<string>): Found {
  // A trailing `head` or `tail` sets where in the file to start, which a subscription can't use.
  const path = value.replace(/\s+(?:head|tail)$/, '');
  const plain = path.replace(WILDCARD, '');
  const name = `${ROOT}/${plain}`
    .replace(FORBIDDEN, '_')
    .replace(/\/{2,}/g, '/')
    .slice(0, 512);
  if (name === `${ROOT}/${path.replace(/^\/+/, '')}`) return { name };
  return {
    name,
    diagnostic: {
      code: plain === path ? 'LOG_PATH_CHARACTERS' : 'LOG_PATH_WILDCARD',
      severity: 'info',
      message: `the log group of logpath '${path}' is ${name}`,
      help: 'let the agent send every file of the path there, or name the log groups in loggroup',
      ...(at && { at }),
    },
  };
}
