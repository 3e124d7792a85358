import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { parseCidr } from '../net/address.ts';
import { hostName } from '../net/host-name.ts';
import type { CheckedJail } from './checked-jail.ts';
import type { Located } from './jail.ts';

/** True for an address, a CIDR, or an IPv4 address with a dotted mask. */
export function isRange(text: string): boolean {
  return parseCidr(text) !== undefined;
}

/** What in `ignoreip` protects less than it seems to. */
export function checkIgnoreip({ jail, values }: CheckedJail): void {
  for (const word of jail.ignoreip) {
    const diagnostic = complaint(word);
    if (diagnostic !== undefined) values.report(diagnostic, word.at);
  }
  for (const { value, at } of jail.banreserved) {
    if (isRange(value)) continue;
    const message = `banreserved: "${value}" is neither an address nor a range`;
    values.report({ code: 'BAD_RANGE', severity: 'error', message, help: 'write ranges such as 10.0.0.0/8' }, at);
  }
}

function complaint({ value }: Located<string>): Diagnostic | undefined {
  if (isRange(value)) return undefined;
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
  if (hostName(value) === undefined) return undefined;
  return {
    code: 'IGNOREIP_NAME',
    severity: 'info',
    message: `ignoreip: the name ${value} is looked up by the deployed functions alone; a run on this machine spares none of its addresses`,
    help: 'if its addresses do not change, list them instead',
  };
}
