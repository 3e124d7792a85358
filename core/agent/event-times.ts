import type { Jail } from '../config/jail.ts';
import { compileDateTemplates } from '../dates/templates/date-templates.ts';
import { zoneMinutes } from '../dates/zones.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CollectedFile, WatchedFile } from './collected-file.ts';
import { derivedFormat, formatMistake, hasZone, NAMED_FORMATS, readsSameTime, sampleDate } from './timestamp-format.ts';

export interface EventTimes {
  readonly entry: Pick<CollectedFile, 'timestamp_format' | 'timezone'>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Decides where the times of a file's events come from: the dates in its lines if their format is
 * certain, else the moment at which the agent reads them. A format is never guessed. With a wrong
 * format the agent takes the first text that fits, anywhere in the line, even text that an attacker
 * wrote.
 *
 * @param chosen the operator's choice: a format or its name
 */
export function eventTimes(file: WatchedFile, chosen: string | undefined): EventTimes {
  if (chosen !== undefined) return chosenTimes(file, NAMED_FORMATS[chosen] ?? chosen);
  const derived = file.jails.map(({ filter }) => derivedFormat(filter?.datepattern?.value));
  const [first] = derived;
  if (first?.kind === 'format' && derived.every((one) => one.kind === 'format' && one.format === first.format)) {
    const zone = zoneOf(file.jails, first.format);
    if (zone.kind === 'known') return { entry: { timestamp_format: first.format, ...zone.entry }, diagnostics: [] };
    return { entry: {}, diagnostics: [zone.diagnostic] };
  }
  const isOpen = derived.some(({ kind }) => kind === 'open');
  return { entry: {}, diagnostics: [isOpen ? unsaid(file) : unreadable(file)] };
}

function chosenTimes(file: WatchedFile, format: string): EventTimes {
  const refuse = (message: string, help?: string): EventTimes => ({
    entry: {},
    diagnostics: [
      {
        code: 'AGENT_TIMESTAMP',
        severity: 'error',
        message: `--timestamp ${file.path}=${format}: ${message}`,
        ...(help && { help }),
      },
    ],
  });
  const mistake = formatMistake(format);
  if (mistake !== undefined) {
    return refuse(mistake, `the agent's directives, or one of ${Object.keys(NAMED_FORMATS).join(', ')}`);
  }
  const blind = file.jails.find((jail) => !reads(jail, format));
  if (blind !== undefined) {
    return refuse(
      `jail ${blind.name} does not read '${sampleDate(format)}' at the start of a line as that date`,
      `its datepattern is ${blind.filter?.datepattern?.value ?? "fail2ban's default"}`,
    );
  }
  const zone = zoneOf(file.jails, format);
  if (zone.kind === 'unknown') return { entry: {}, diagnostics: [zone.diagnostic] };
  return { entry: { timestamp_format: format, ...zone.entry }, diagnostics: [] };
}

function reads({ filter, logtimezone }: Jail, format: string): boolean {
  const { dates } = compileDateTemplates(filter?.datepattern?.value, { logtimezone });
  return dates !== undefined && readsSameTime(format, dates);
}

type Zone =
  | { readonly kind: 'known'; readonly entry: Pick<CollectedFile, 'timezone'> }
  | { readonly kind: 'unknown'; readonly diagnostic: Diagnostic };

/** The agent knows UTC and the server's own zone. */
function zoneOf(jails: readonly Jail[], format: string): Zone {
  if (hasZone(format)) return { kind: 'known', entry: {} };
  const zones = new Set(jails.map(({ logtimezone }) => (logtimezone ? zoneMinutes(logtimezone) : 'Local')));
  const [zone] = zones;
  if (zones.size === 1 && zone === 'Local') return { kind: 'known', entry: { timezone: 'Local' } };
  if (zones.size === 1 && zone === 0) return { kind: 'known', entry: { timezone: 'UTC' } };
  const named = jails.find(({ logtimezone }) => logtimezone && zoneMinutes(logtimezone) !== 0) ?? jails[0];
  return {
    kind: 'unknown',
    diagnostic: {
      code: 'AGENT_TIMEZONE',
      severity: 'warning',
      message:
        `jail ${named?.name}: the agent reads dates in UTC or in the server's zone, not in logtimezone ` +
        `${named?.logtimezone}; events get the time at which they are read`,
      help: "take logtimezone out if it is the servers' own zone, or let the program log in UTC",
    },
  };
}

function unsaid({ path }: WatchedFile): Diagnostic {
  return {
    code: 'AGENT_READ_TIME',
    severity: 'warning',
    message:
      `events of ${path} get the time at which the agent reads them: the format of its dates depends on ` +
      'the server',
    help:
      `look at a line and set --timestamp ${path}=syslog (Nov 21 21:45:36) or =iso8601 (2025-11-21T21:45:36…), ` +
      "or the agent's own " +
      'format; until then a log that is old when the agent first reads it counts as new (docs/servers.md, "Times")',
  };
}

function unreadable({ path, jails }: WatchedFile): Diagnostic {
  const names = jails.map(({ name }) => name).join(', ');
  return {
    code: 'AGENT_READ_TIME',
    severity: 'warning',
    message:
      `events of ${path} get the time at which the agent reads them: the dates that ${names} reads do ` +
      "not begin the line, or the agent can't",
    help: 'a log that is old when the agent first reads it counts as new (docs/servers.md, "Times")',
  };
}
