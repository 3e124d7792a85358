import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { eitherPorts, type PortRange, type Ports } from './ports.ts';
import { SERVICE_NAMES, servicePort } from './service-ports.ts';

/** The ports of a jail's `port` and `protocol`, or the first word that can't be read. */
export type PortsReading =
  | { readonly kind: 'ports'; readonly ports: Ports }
  | {
      readonly kind: 'unreadable';
      readonly option: 'port' | 'protocol';
      /** The word as written. */
      readonly word: string;
      readonly message: string;
      readonly help: string;
    };

type Unreadable = Extract<PortsReading, { kind: 'unreadable' }>;
type Protocol = PortRange['protocol'];
type Span = readonly [from: number, to: number];

const HIGHEST = 65_535;
const EVERY_PORT: Span = [0, HIGHEST];

/**
 * Reads ports the way fail2ban's firewalls take them: numbers, service names and ranges (`ssh`,
 * `http,https`, `22,8000:8100`, `0:65535`, `all`), separated by commas or blanks; a range without
 * one of its ends reaches to the first or last port, as in iptables. Protocols are `tcp`, `udp`,
 * both, or `all`, in which all ports means all traffic.
 */
export function readPorts(port: string, protocol: string): PortsReading {
  const protocols = readProtocols(protocol);
  if ('kind' in protocols) return protocols;
  const spans: Span[] = [];
  for (const word of wordsOf(port)) {
    const span = readSpan(word);
    if ('kind' in span) return span;
    spans.push(span);
  }
  if (spans.length === 0) spans.push(EVERY_PORT);
  const everything = protocols.all && spans.some(([from, to]) => from === 0 && to === HIGHEST);
  return { kind: 'ports', ports: everything ? 'all' : rangesOf(protocols.names, spans) };
}

function rangesOf(protocols: readonly Protocol[], spans: readonly Span[]): Ports {
  const ranges = protocols.flatMap((protocol) => spans.map(([from, to]): PortRange => ({ protocol, from, to })));
  return eitherPorts(ranges, []);
}

/** `tcp` by default, as in fail2ban's actions. */
function readProtocols(text: string): { readonly names: readonly Protocol[]; readonly all: boolean } | Unreadable {
  const names = new Set<Protocol>();
  let all = false;
  for (const word of wordsOf(text)) {
    const name = word.toLowerCase();
    if (name === 'tcp' || name === '6') names.add('tcp');
    else if (name === 'udp' || name === '17') names.add('udp');
    else if (name === 'all' || name === 'any') all = true;
    else return unreadable('protocol', word, 'is neither tcp nor udp nor all', 'write tcp, udp, tcp,udp or all');
  }
  if (all) return { names: ['tcp', 'udp'], all };
  return { names: names.size > 0 ? [...names] : ['tcp'], all };
}

function readSpan(word: string): Span | Unreadable {
  if (/^(?:all|any)$/i.test(word)) return EVERY_PORT;
  const single = portNumber(word);
  if (single !== undefined) return [single, single];
  // A hyphen may be part of a service's name, so it separates only numbers.
  const [, first, last] = /^([^:]*):([^:]*)$/.exec(word) ?? /^(\d+)-(\d+)$/.exec(word) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return unknown(word, word);
  const from = first === '' ? 0 : portNumber(first);
  const to = last === '' ? HIGHEST : portNumber(last);
  if (from === undefined) return unknown(word, first);
  if (to === undefined) return unknown(word, last);
  if (from <= to) return [from, to];
  return unreadable('port', word, 'is a range that ends before it begins', `write ${last}:${first}`);
}

function portNumber(word: string): number | undefined {
  if (!/^\d+$/.test(word)) return servicePort(word);
  const number = Number(word);
  return number <= HIGHEST ? number : undefined;
}

function unknown(word: string, name: string): Unreadable {
  if (/^\d+$/.test(name)) return unreadable('port', word, `names a port above ${HIGHEST}`, 'ports go from 0 to 65535');
  const near = didYouMean(name, SERVICE_NAMES);
  const help = near === undefined ? 'write the number of the port' : `did you mean ${near}? The number does as well`;
  return unreadable('port', word, `"${name}" is no known service`, help);
}

function unreadable(option: 'port' | 'protocol', word: string, what: string, help: string): Unreadable {
  const message = what.startsWith('"') ? `${option} = ${word}: ${what}` : `${option} = ${word}: this ${what}`;
  return { kind: 'unreadable', option, word, message, help };
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
