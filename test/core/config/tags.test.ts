import { describe, expect, it } from 'vitest';
import { sourceText } from '../../../core/config/source-text.ts';
import { substituteTags } from '../../../core/config/tags.ts';

function substitute(values: Record<string, string>, fallback: Record<string, string> = {}, ignore: string[] = []) {
  const outcome = substituteTags(
    new Map(Object.entries(values).map(([name, text]) => [name, sourceText(text, { file: 'f', line: 1, column: 1 })])),
    {
      ignore: new Set(ignore),
      fallback: (name) => (Object.hasOwn(fallback, name) ? sourceText(fallback[name] ?? '') : undefined),
    },
  );
  if (outcome.kind === 'failed') return outcome.diagnostic.code;
  return Object.fromEntries([...outcome.values].map(([name, { text }]) => [name, text]));
}

describe('substituteTags', () => {
  it.each([
    ['a tag', { a: '<b>', b: '1' }, { a: '1' }],
    ['every occurrence', { a: '<b>-<b>', b: '1' }, { a: '1-1' }],
    ['tags of tags', { a: '<b>', b: '<c>', c: '1' }, { a: '1', b: '1' }],
    ['inner tags first', { a: '<x-<mode>>', mode: 'm', 'x-m': 'found' }, { a: 'found' }],
    ['tags that come about twice removed', { a: '<x-<y-<z>>>', z: '1', 'y-1': '2', 'x-2': '3' }, { a: '3' }],
    ['nothing of unknown tags', { a: '<HOST> <F-USER>x</F-USER> <ip>' }, { a: '<HOST> <F-USER>x</F-USER> <ip>' }],
    ['an inner tag even when the outer is unknown', { a: '<x-<m>>', m: '1' }, { a: '<x-1>' }],
    ['nothing with a blank inside', { a: '<b c>', 'b c': '1' }, { a: '<b c>' }],
    ['nothing of a lone bracket', { a: '1 < 2 > 0 <> <', b: '1' }, { a: '1 < 2 > 0 <> <' }],
    ['an empty value', { a: '[<b>]', b: '' }, { a: '[]' }],
    ['a tag over several lines', { a: '<b>\n<b>', b: '1\n2' }, { a: '1\n2\n1\n2' }],
    ['a section/option', { a: '<lt_<t>/p>', t: 'file' }, { a: 'prefix' }],
  ])('replaces %s', (_, values, expected) => {
    expect(substitute(values, { 'lt_file/p': 'prefix' })).toMatchObject(expected);
  });

  it('asks elsewhere only for names that no value has', () => {
    expect(substitute({ a: '<b><c>', b: 'own' }, { b: 'other', c: 'other' })).toMatchObject({ a: 'ownother' });
  });

  it('substitutes in what it finds elsewhere', () => {
    expect(substitute({ a: '<c>', b: '1' }, { c: '<b>' })).toMatchObject({ a: '1' });
  });

  it('leaves ignored names alone, inside and out', () => {
    expect(substitute({ a: '<b><c>', b: '<c>', c: '1' }, {}, ['b'])).toEqual({ a: '<b>1', b: '<c>', c: '1' });
  });

  it.each([
    [{ a: '<a>' }],
    [{ a: '<b>', b: '<a>' }],
    [{ a: 'x<b>', b: '<c>', c: '<a>' }],
    [{ a: '<x-<a>>' }],
    [{ a: '<b>', b: '<c><c>', c: '<b>' }],
  ])('refuses %j', (values) => {
    expect(substitute(values)).toBe('SELF_REFERENCING_TAG');
  });

  it.each([
    [25, 'x'.repeat(26)],
    [26, 'SELF_REFERENCING_TAG'],
  ])('replaces a tag over and over in one value, %i times and once more', (count, expected) => {
    // Each link of the chain brings the tag <x> in anew, so that it is replaced once a link.
    const links = Array.from({ length: count }, (_, i) => [`t${i}`, `<x><t${i + 1}>`]);
    const outcome = substitute({ ...Object.fromEntries(links), [`t${count}`]: '<x>' }, { x: 'x' });
    expect(typeof outcome === 'string' ? outcome : outcome['t0']).toBe(expected);
  });

  it('refuses tags that grow into each other, before they fill the memory', () => {
    const values = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`t${i}`, `<t${i + 1}><t${i + 1}>`]));
    expect(substitute({ ...values, t40: 'x' })).toBe('SELF_REFERENCING_TAG');
  });

  it('points at the tag', () => {
    const outcome = substituteTags(new Map([['a', sourceText('see <a>', { file: 'f', line: 3, column: 5 })]]));
    expect(outcome).toMatchObject({ diagnostic: { at: { file: 'f', line: 3, column: 9, length: 3 } } });
  });
});
