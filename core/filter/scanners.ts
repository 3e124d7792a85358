import type { PrefilterLiteral } from './compiled-jail.ts';

/**
 * RegExps that together find every occurrence of the literals in a long text, several times faster than one: V8 skips ahead by what
 * characters may stand at each place, and skips little when capitals and small letters may stand at all of them. Measured on an auth log
 * with the sshd jail's 32 literals: one RegExp 3.6 ns a byte, capitals and the rest apart 0.7.
 */
export function scanners(literals: readonly PrefilterLiteral[]): readonly RegExp[] {
  const isCapital = ({ text, ignoreCase }: PrefilterLiteral): boolean => !ignoreCase && /^[A-Z]/.test(text);
  const groups = [literals.filter(isCapital), literals.filter((literal) => !isCapital(literal))];
  return groups
    .filter((group) => group.length > 0)
    .map((group) => new RegExp(group.map(({ source }) => source).join('|'), 'g'));
}
