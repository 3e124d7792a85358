/** `--jail a --jail b,c`, for commander. */
export function jailNames(value: string, before: readonly string[]): readonly string[] {
  return [...before, ...value.split(',').filter((name) => name !== '')];
}
