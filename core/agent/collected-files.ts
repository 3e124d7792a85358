import { logGroups } from '../compile/log-groups.ts';
import type { Jail, Located } from '../config/jail.ts';
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import type { CollectedFile, WatchedFile } from './collected-file.ts';
import { agentEncoding } from './encoding.ts';
import { eventTimes } from './event-times.ts';
import { agentGlob, isGlob, mayMeet, ROTATED } from './glob.ts';

export interface CollectOptions {
  /** Servers outside EC2 have no instance id: their streams carry the host name. */
  readonly onPremises: boolean;
  /** The log group that these servers write, for jails that read several. */
  readonly logGroup?: string | undefined;
  /**
   * The agent's format of the dates in a log, by `logpath`; for jails whose datepattern does not
   * define it.
   */
  readonly timestamps: ReadonlyMap<string, string>;
}

export interface Collection {
  /** In the order of the jails; invalid when a diagnostic is an error. */
  readonly files: readonly CollectedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Longest `file_path`, and longest `log_stream_name`, that the agent's schema allows. */
const LONGEST_PATH = 4096;
const LONGEST_STREAM = 512;

/**
 * The files that servers must send for these jails, and how. Disabled jails need none, nor do jails
 * that count only other jails' bans.
 */
export function collectedFiles(jails: readonly Jail[], options: CollectOptions): Collection {
  const diagnostics: Diagnostic[] = [];
  const watched = watchedFiles(
    jails.filter(({ enabled, filter, loggroup }) => enabled && !(filter?.name === 'recidive' && loggroup.length === 0)),
    options,
    diagnostics,
  );
  diagnostics.push(...sentTwice(watched), ...unknownPaths(watched, options.timestamps));
  const files = watched.map((file, index) => {
    const times = eventTimes(file, options.timestamps.get(file.path));
    diagnostics.push(...times.diagnostics, ...unfit(file));
    return entryOf(file, { streams: streamsOf(watched, index, options), times: times.entry, diagnostics });
  });
  if (files.length === 0 && diagnostics.length === 0) diagnostics.push(NOTHING);
  return { files, diagnostics };
}

const NOTHING: Diagnostic = {
  code: 'AGENT_NOTHING',
  severity: 'error',
  message: 'no enabled jail reads a file, so there is nothing for the agent to send',
  help: 'enable a jail that has a logpath, or name one with --jail',
};

function watchedFiles(jails: readonly Jail[], options: CollectOptions, diagnostics: Diagnostic[]): WatchedFile[] {
  const files: { path: string; group: string; at: Place | undefined; jails: Jail[] }[] = [];
  for (const jail of jails) {
    diagnostics.push(...ofJournal(jail));
    for (const { value, at } of jail.logpath) {
      const path = value.replace(/\s+(?:head|tail)$/, '');
      const group = groupOf(jail, { value, ...(at && { at }) }, options, diagnostics);
      if (group === undefined) continue;
      const same = files.find((file) => file.path === path && file.group === group);
      if (same === undefined) files.push({ path, group, at, jails: [jail] });
      else if (!same.jails.includes(jail)) same.jails.push(jail);
    }
  }
  return files;
}

function groupOf(
  jail: Jail,
  path: Located<string>,
  { logGroup }: CollectOptions,
  diagnostics: Diagnostic[],
): string | undefined {
  const { names, prefixes, diagnostics: mistakes } = logGroups({ ...jail, logpath: [path] });
  diagnostics.push(...mistakes.filter(({ severity }) => severity === 'error'));
  const [only] = names;
  if (names.length === 1 && prefixes.length === 0) return only;
  if (logGroup !== undefined && (names.includes(logGroup) || prefixes.some((one) => logGroup.startsWith(one)))) {
    return logGroup;
  }
  const all = [...names, ...prefixes.map((prefix) => `${prefix}*`)];
  if (all.length > 0) {
    diagnostics.push({
      code: 'AGENT_LOG_GROUP',
      severity: names.length === 0 ? 'info' : 'error',
      message:
        names.length === 0
          ? `jail ${jail.name} reads ${all.join(', ')}, which these servers do not fill`
          : `jail ${jail.name} reads several log groups; these servers can write one of them`,
      help: `name it with --log-group: ${all.join(', ')}`,
    });
  }
  return undefined;
}

/** fail2ban itself reads the journal of such a server and ignores logpath. */
function ofJournal({ name, backend, logpath, loggroup }: Jail): readonly Diagnostic[] {
  if (logpath.length === 0 && loggroup.length > 0) {
    return [
      {
        code: 'AGENT_NO_FILE',
        severity: 'info',
        message:
          `jail ${name} names no logpath: something else must fill ` +
          `${loggroup.map(({ value }) => value).join(', ')}`,
      },
    ];
  }
  if (!/^systemd\b/i.test(backend)) return [];
  const where = logpath.map(({ value }) => value).join(', ');
  return [
    {
      code: 'AGENT_JOURNAL',
      severity: logpath.length === 0 ? 'error' : 'warning',
      message:
        logpath.length === 0
          ? `jail ${name} reads the journal (backend = systemd) and names no file, and the agent sends files`
          : `jail ${name} reads the journal (backend = systemd): its servers may not write ${where}`,
      help: 'install rsyslog, or let journalctl write the file: docs/servers.md, "Servers with a journal alone"',
    },
  ];
}

/**
 * The agent remembers how far it has read by the file's name, so two entries for one file conflict.
 */
function sentTwice(files: readonly WatchedFile[]): readonly Diagnostic[] {
  return files.flatMap((file, index) =>
    files.slice(0, index).flatMap((other): readonly Diagnostic[] =>
      mayMeet(file.path, other.path)
        ? [
            {
              code: 'AGENT_FILE_TWICE',
              severity: 'error',
              message:
                file.path === other.path
                  ? `${namesOf(other)} and ${namesOf(file)} read ${file.path} from different log groups, and ` +
                    'the agent sends a file to one'
                  : `${other.path} (${namesOf(other)}) and ${file.path} (${namesOf(file)}) mean the same file, ` +
                    'which would be sent twice',
              help: 'give these jails the same logpath, and the same loggroup if they have one',
              ...(file.at && { at: file.at }),
            },
          ]
        : [],
    ),
  );
}

function unknownPaths(files: readonly WatchedFile[], timestamps: ReadonlyMap<string, string>): readonly Diagnostic[] {
  const paths = files.map(({ path }) => path);
  return [...timestamps.keys()].flatMap((path): readonly Diagnostic[] =>
    paths.includes(path)
      ? []
      : [
          {
            code: 'AGENT_TIMESTAMP_PATH',
            severity: 'error',
            message: `--timestamp ${path}=…: no jail reads that file`,
            help: paths.length === 0 ? 'enable a jail that reads it' : `the files are ${paths.join(', ')}`,
          },
        ],
  );
}

function unfit({ path, jails: [jail], at }: WatchedFile): readonly Diagnostic[] {
  const place = at && { at };
  if (!path.startsWith('/') || path.length > LONGEST_PATH) {
    return [
      {
        code: 'AGENT_PATH',
        severity: 'error',
        message: `logpath '${path}' is not the path of a file from the root, which the agent needs`,
        ...place,
      },
    ];
  }
  if (jail === undefined || agentEncoding(jail.logencoding).kind !== 'unknown') return [];
  return [
    {
      code: 'AGENT_ENCODING',
      severity: 'error',
      message: `jail ${jail.name}: the agent knows no encoding '${jail.logencoding}'`,
      help: 'let the program log UTF-8, and set logencoding = utf-8',
      ...place,
    },
  ];
}

interface EntryMeans {
  readonly streams: string;
  readonly times: Pick<CollectedFile, 'timestamp_format' | 'timezone'>;
  readonly diagnostics: Diagnostic[];
}

function entryOf({ path, group, jails: [jail] }: WatchedFile, { streams, times }: EntryMeans): CollectedFile {
  const encoding = agentEncoding(jail?.logencoding ?? 'auto');
  return {
    file_path: agentGlob(path),
    log_group_name: group,
    log_stream_name: streams,
    multi_line_start_pattern: '^',
    ...times,
    ...(encoding.kind === 'named' && { encoding: encoding.name }),
    ...(isGlob(path) && { publish_multi_logs: true, blacklist: ROTATED }),
  };
}

/**
 * A stream for each server and file. For a glob the agent adds the file's name itself. Otherwise
 * the name is needed only where files share a log group.
 */
function streamsOf(files: readonly WatchedFile[], index: number, { onPremises }: CollectOptions): string {
  const host = onPremises ? '{hostname}' : '{instance_id}';
  const file = files[index];
  if (file === undefined || isGlob(file.path)) return host;
  if (files.every((other) => other === file || other.group !== file.group)) return host;
  const slug = file.path.replace(/[^\w.-]+/g, '_').slice(0, LONGEST_STREAM - 100);
  const isTaken = files.slice(0, index).some((other) => other.path.replace(/[^\w.-]+/g, '_') === slug);
  return `${host}${slug}${isTaken ? `-${index}` : ''}`;
}

function namesOf({ jails }: WatchedFile): string {
  return `jail${jails.length > 1 ? 's' : ''} ${jails.map(({ name }) => name).join(', ')}`;
}
