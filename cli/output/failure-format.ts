import type { Failure } from '../../core/match/line-matcher.ts';

/** The lines to print for a failure. */
export type FailureFormat = (failure: Failure) => readonly string[];

/**
 * The formats of `fail2ban-regex --out`: `id`, `ip`, `msg`, `row`, the name of a group, or a text
 * with tags (`<ip> <F-USER> <time>`), in which `<msg>` stands for each line behind the failure in
 * turn.
 */
export function failureFormat(format: string): FailureFormat {
  if (format === 'id' || format === 'fid') return ({ id }) => [id];
  if (format === 'ip') return (failure) => [addressOf(failure)];
  if (format === 'msg') return ({ matches }) => matches;
  if (format === 'row') return ({ id, time, groups }) => [JSON.stringify([id, time, groups])];
  if (!format.includes('<')) return ({ groups }) => [groups[format] ?? ''];
  return (failure) => {
    const lines = format.includes('<msg>') ? failure.matches : [''];
    return lines.map((line) =>
      format.replace(/<([\w-]+)>/g, (tag, name: string) => tagValue(name, failure, line) ?? tag),
    );
  };
}

function tagValue(name: string, failure: Failure, line: string): string | undefined {
  switch (name.toLowerCase()) {
    case 'msg':
      return line;
    case 'id':
    case 'fid':
      return failure.id;
    case 'ip':
      return addressOf(failure);
    case 'time':
      return String(failure.time);
    case 'failures':
      return '1';
    case 'matches':
      return failure.matches.join('\n');
  }
  // A tag of the filter that captured nothing is empty; any other stays as it is.
  const group = /^F-(.+)$/.exec(name)?.[1]?.toLowerCase();
  return group === undefined ? failure.groups[name] : (failure.groups[group] ?? '');
}

function addressOf({ id, groups }: Failure): string {
  return groups['ip'] ?? id;
}
