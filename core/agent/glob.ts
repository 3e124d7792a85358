/**
 * Names that rotation gives to old files. With `publish_multi_logs` the agent would send each of
 * them again, from its start.
 */
export const ROTATED = String.raw`(\.[0-9]+|-[0-9]{8}|\.old)$`;

export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * A `logpath`'s glob as the agent understands it: what Python's glob reads as `[!…]` is `[^…]` in
 * Go's, and `**`, which without recursion is `*` in Python, would go down into all folders
 * (aws/amazon-cloudwatch-agent, plugins/inputs/logfile/globpath/globpath.go).
 */
export function agentGlob(path: string): string {
  return path.replace(/\*{2,}/g, '*').replace(/\[!/g, '[^');
}

/** Whether two paths may mean the same file. Of two globs, only when they are the same. */
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
