import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { parseCidr } from '../net/address.ts';
import type { CheckedJail } from './checked-jail.ts';
import type { Located } from './jail.ts';

/** A host name, rather than a user or session id that a filter may ban: dots and a last label of letters. */
const HOST_NAME = /^(?=.*\.)[\w.-]+\.[a-z]{2,}\.?$/i;

/** What in `ignoreip` protects less than it seems to. */
export function checkIgnoreip({ jail, values }: CheckedJail): void {
  for (const word of jail.ignoreip) {
    const diagnostic = complaint(word);
    if (diagnostic !== undefined) values.report(diagnostic, word.at);
  }
  for (const { value, at } of jail.banreserved) {
    if (parseCidr(value) !== undefined) continue;
    const message = `banreserved: "${value}" is neither an address nor a range`;
    values.report({ code: 'BAD_RANGE', severity: 'error', message, help: 'write ranges such as 10.0.0.0/8' }, at);
  }
}

function complaint({ value }: Located<string>): Diagnostic | undefined {
  if (parseCidr(value) !== undefined) return undefined;
  if (value.startsWith('file:')) {
    return {
      code: 'IGNOREIP_FILE',
      severity: 'warning',
      message: `ignoreip: ${value} is not read: the file would be on a server`,
      help: 'list its addresses in ignoreip',
    };
  }
  if (/^[\d.]+\/|^[\da-f:]*:[\da-f:]*\/|^\d+\.\d+\.\d+\.\d+$/i.test(value)) {
    return {
      code: 'BAD_RANGE',
      severity: 'error',
      message: `ignoreip: "${value}" is no valid address or range, so nothing is spared by it`,
      help: 'write an address, or a range such as 192.0.2.0/24 or 2001:db8::/32',
    };
  }
  if (!HOST_NAME.test(value)) return undefined;
  return {
    code: 'IGNOREIP_NAME',
    severity: 'warning',
    message: `ignoreip: the name ${value} is not looked up, so its addresses can be banned`,
    help: 'list the addresses themselves',
  };
}
