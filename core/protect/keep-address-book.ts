import type { AddressBookStore } from '../ports/address-book-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { NameAnswer, NameLookup } from '../ports/name-lookup.ts';
import type { OwnRanges } from '../ports/own-ranges.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { AddressBook, NameEntry, OwnAddresses } from '../records/address-book.ts';
import { entryAfter } from './address-book.ts';

export interface AddressBookPorts {
  readonly books: AddressBookStore;
  readonly names: NameLookup;
  readonly own: OwnRanges;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

export interface WantedAddresses {
  /** Names in `ignoreip` of any jail, in the form of `hostName`. */
  readonly names: readonly string[];
  /** Whether any jail protects the account's own addresses. */
  readonly own: boolean;
}

/** fail2ban caches an answer for the same time (fail2ban/server/ipdns.py: CACHE_nameToIp). */
const NAMES_GOOD_FOR = 300;
/**
 * Addresses change with servers, but the API's rates are shared with all of the account's tools.
 */
const OWN_GOOD_FOR = 600;

/**
 * Brings the address book up to date: it looks up names without an answer or with an old one, and
 * keeps the rest. A failed part stays as it was, and the next run tries it again. Two runs at once
 * do no harm: the later write is dropped.
 *
 * @throws when the account's addresses could not be read, after everything else was written
 */
export async function keepAddressBook(wanted: WantedAddresses, ports: AddressBookPorts): Promise<void> {
  const now = ports.clock.now();
  const former = await ports.books.read();
  const stale = (at: number | undefined, goodFor: number): boolean => at === undefined || now - at >= goodFor;
  const askNames = wanted.names.filter((name) => stale(former?.names[name]?.answeredAt, NAMES_GOOD_FOR));
  const askOwn = wanted.own && stale(former?.own.readAt, OWN_GOOD_FOR);
  const [answers, own] = await Promise.all([
    Promise.all(askNames.map(async (name) => [name, await ports.names.lookUp(name)] as const)),
    askOwn ? readOwn(ports, now) : undefined,
  ]);
  const book = next(wanted, former, { answers: new Map(answers), own: own instanceof Error ? undefined : own }, now);
  if (JSON.stringify(book) !== JSON.stringify(former)) {
    await ports.books.write({ ...book, version: (former?.version ?? 0) + 1 });
  }
  for (const [name, answer] of answers) tell(name, answer, book.names[name], ports.telemetry);
  ports.telemetry.emit({ kind: 'address-book-kept', own: book.own.ranges.length, names: wanted.names.length });
  if (own instanceof Error) throw own;
}

async function readOwn({ own, telemetry }: AddressBookPorts, now: number): Promise<OwnAddresses | Error> {
  try {
    return { ranges: [...new Set(await own.read())].sort(), readAt: Math.floor(now) };
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    telemetry.emit({ kind: 'own-addresses-unread', error });
    return error;
  }
}

interface FoundOut {
  readonly answers: ReadonlyMap<string, NameAnswer>;
  readonly own: OwnAddresses | undefined;
}

/** The new book, still with the former version. Names that no jail has any more are left out. */
function next(wanted: WantedAddresses, former: AddressBook | undefined, found: FoundOut, now: number): AddressBook {
  const entries = wanted.names.map((name): readonly [string, NameEntry] => {
    const entry = former?.names[name];
    const answer = found.answers.get(name);
    if (answer !== undefined) return [name, entryAfter(entry, answer, now)];
    return [name, entry ?? { answeredAt: undefined, addresses: {} }];
  });
  const none: OwnAddresses = { ranges: [], readAt: undefined };
  return {
    own: wanted.own ? (found.own ?? former?.own ?? none) : none,
    names: Object.fromEntries(entries),
    version: former?.version ?? 0,
  };
}

function tell(name: string, answer: NameAnswer, entry: NameEntry | undefined, telemetry: Telemetry): void {
  if (answer.failure === undefined && answer.addresses.length > 0) return;
  telemetry.emit({
    kind: 'ignore-name-unresolved',
    name,
    reason: answer.failure ?? 'it has no addresses',
    addresses: Object.keys(entry?.addresses ?? {}).length,
    holdsBack: entry?.answeredAt === undefined,
  });
}
