import { foldedLiteral } from '../pyregex/case-folding.ts';
import { classSource } from '../pyregex/class-source.ts';
import { single } from '../pyregex/code-point-set.ts';
import type { CompiledMatch } from './compiled-jail.ts';

type PrefilterLiteral = CompiledMatch['literals'][number];

/** RegExp source, without flags, that finds a literal of a prefilter as Python's re would. */
export function literalSource({ text, ignoreCase }: PrefilterLiteral): string {
  return Array.from(text, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return classSource(ignoreCase ? foldedLiteral(codePoint, false) : single(codePoint));
  }).join('');
}

/**
 * RegExps that together find every occurrence of the literals in a long text, several times faster than one: V8 skips ahead by what
 * characters may stand at each place, and skips little when capitals and small letters may stand at all of them. Measured on an auth log
 * with the sshd jail's 32 literals: one RegExp 3.6 ns a byte, capitals and the rest apart 0.7.
 */
export function scanners(literals: readonly PrefilterLiteral[]): readonly RegExp[] {
  const isCapital = ({ text, ignoreCase }: PrefilterLiteral): boolean => !ignoreCase && /^[A-Z]/.test(text);
  const groups = [literals.filter(isCapital), literals.filter((literal) => !isCapital(literal))];
  return groups.filter((group) => group.length > 0).map((group) => new RegExp(group.map(literalSource).join('|'), 'g'));
}
