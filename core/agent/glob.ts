/**
 * Names of rotated files. With `publish_multi_logs` the agent would send each of them again, from
 * its start.
 */
export const ROTATED = String.raw`(\.[0-9]+|-[0-9]{8}|\.old)$`;

export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Translates a `logpath`'s glob from Python to Go: `[!…]` becomes `[^…]`, and `**` becomes `*`.
 * Python's `**` without recursion is `*`, but Go's would descend into all folders
 * (aws/amazon-cloudwatch-agent, plugins/inputs/logfile/globpath/globpath.go).
 */
export function agentGlob(path: string): string {
  return path.replace(/\*{2,}/g, '*').replace(/\[!/g, '[^');
}

/** Whether two paths may mean the same file. Two globs do only when they are equal. */
export function mayMeet(one: string, other: string): boolean {
  if (one === other) return true;
  if (isGlob(one) === isGlob(other)) return false;
  return isGlob(one) ? matches(one, other) : matches(other, one);
}

function matches(glob: string, path: string): boolean {
  const source = agentGlob(glob).replace(/\[\^?\]?[^\]]*\]|[\s\S]/g, (part) => {
    if (part.length > 1) return part.replace(/\\/g, '\\\\');
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source}$`).test(path);
}
