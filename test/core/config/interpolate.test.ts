import { describe, expect, it } from 'vitest';
import { configReader } from '../../../core/config/config-reader.ts';
import { isMalformed, lookUp } from '../../../core/config/interpolate.ts';
import { placeOf, sourceText } from '../../../core/config/source-text.ts';
import { createCollector } from '../../../core/diagnostics/collector.ts';
import { memoryFiles } from './memory-files.ts';

function treeOf(files: string | Record<string, string>) {
  const tree = configReader(
    memoryFiles(typeof files === 'string' ? { 'jail.conf': files } : files),
    createCollector(),
  ).read('jail');
  if (tree === undefined) throw new Error('no tree');
  return tree;
}

function textOf(
  files: string | Record<string, string>,
  option = 'x',
  section = 's',
  variables?: Record<string, string>,
) {
  const vars = variables && new Map(Object.entries(variables).map(([name, text]) => [name, sourceText(text)]));
  const found = lookUp(treeOf(files), section, option, vars);
  if (found.kind === 'value') return found.value.text;
  return found.kind === 'absent' ? undefined : found.diagnostic.code;
}

describe('lookUp', () => {
  it.each([
    ['[s]\nx = plain\n', 'plain'],
    ['[DEFAULT]\nx = d\n[s]\n', 'd'],
    ['[DEFAULT]\nx = d\n[s]\nx = own\n', 'own'],
    ['[s]\na = 1\nx = <%(a)s>\n', '<1>'],
    ['[DEFAULT]\na = d\n[s]\nx = %(a)s\n', 'd'],
    ['[DEFAULT]\nx = %(a)s\na = d\n[s]\na = own\n', 'own'],
    ['[s]\na = 1\nx = %(A)s\n', '1'],
    ['[s]\na = %(b)s%(b)s\nb = 2\nx = %(a)s\n', '22'],
    ['[s]\nx = 100%%\n', '100%'],
    ['[s]\nx = %%(a)s\n', '%(a)s'],
    ['[s]\na = 5%%\nx = %(a)s\n', '5%'],
    ['[s]\nx = %%%%\n', '%%'],
    ['[s]\nx = %(__name__)s\n', 's'],
    ['[DEFAULT]\nx = %(__name__)s[mode=%(mode)s]\nmode = m\n[s]\n', 's[mode=m]'],
    ['[s]\nx =\n  1\n  %(a)s\na = 2\n  3\n', '\n1\n2\n3'],
  ])('%j', (text, value) => {
    expect(textOf(text)).toBe(value);
  });

  it.each([
    ['another section', '[s]\nx = %(t/a)s\n[t]\na = 1\n', '1'],
    ['another section, as written there', '[s]\nx = %(t/a)s\nb = own\n[t]\na = %(b)s\nb = other\n', 'own'],
    ['[DEFAULT] where the other section lacks it', '[DEFAULT]\na = d\n[s]\nx = %(t/a)s\n[t]\n', 'd'],
    ['nothing where there is no such section', '[DEFAULT]\na = d\n[s]\nx = %(t/a)s\n', 'UNKNOWN_INTERPOLATION'],
    ['nothing of a section with capitals', '[s]\nx = %(T/a)s\n[T]\na = 1\n', 'UNKNOWN_INTERPOLATION'],
    ['[DEFAULT] by name', '[DEFAULT]\na = d\n[s]\na = own\nx = %(default/a)s\n', 'd'],
  ])('finds %s', (_, text, value) => {
    expect(textOf(text)).toBe(value);
  });

  it.each([
    [
      'the value behind the last file',
      { 'jail.conf': '[s]\nx = 1\n', 'jail.local': '[s]\nx = %(known/x)s 2\n' },
      '1 2',
    ],
    [
      'an earlier value from another option',
      { 'jail.conf': '[s]\na = 1\n', 'jail.local': '[s]\na = 2\nx = %(known/a)s\n' },
      '1',
    ],
    ['[DEFAULT] without an earlier value', '[DEFAULT]\nx = d\n[s]\nx = %(known/x)s 2\n', 'd 2'],
    ['nothing without either', '[s]\nx = %(known/x)s 2\n', 'UNKNOWN_KNOWN'],
    [
      'the earlier value as written',
      { 'jail.conf': '[s]\nx = %(a)s\na = 1\n', 'jail.local': '[s]\nx = %(known/x)s\na = 2\n' },
      '2',
    ],
  ])('%%(known/…)s is %s', (_, files, value) => {
    expect(textOf(files)).toBe(value);
  });

  it('fails when two files extend an option one after the other: only one earlier value is known', () => {
    const files = {
      'jail.conf': '[s]\nx = 1\n',
      'jail.d/a.conf': '[s]\nx = %(known/x)s 2\n',
      'jail.local': '[s]\nx = %(known/x)s 3\n',
    };
    const found = lookUp(treeOf(files), 's', 'x');
    expect(found).toMatchObject({
      kind: 'failed',
      diagnostic: { code: 'INTERPOLATION_DEPTH', help: expect.stringContaining('only one earlier value') },
    });
  });

  it('prefers variables to the section, and the section to [DEFAULT]', () => {
    const text = '[DEFAULT]\na = d\n[s]\na = own\nx = %(a)s\n';
    expect(textOf(text, 'x', 's', { a: 'given' })).toBe('given');
    expect(textOf(text, 'x', 's', { x: 'given' })).toBe('given');
  });

  it('interpolates variables too, as Python does', () => {
    expect(textOf('[s]\na = 1\nx = 2\n', 'x', 's', { x: '%(a)s' })).toBe('1');
    expect(textOf('[s]\n', 'x', 's', { x: '5%' })).toBe('BARE_PERCENT');
  });

  it('is absent in a section that does not exist, even with variables', () => {
    expect(textOf('[DEFAULT]\nx = 1\n', 'x', 'nowhere', { x: '2' })).toBeUndefined();
    expect(textOf('[s]\n')).toBeUndefined();
  });

  it('follows ten references, and no eleventh', () => {
    const chain = (length: number) =>
      `[s]\nx = %(a1)s\n${Array.from({ length }, (_, i) => `a${i + 1} = ${i + 1 < length ? `%(a${i + 2})s` : '%%'}\n`).join('')}`;
    expect(textOf(chain(9))).toBe('%');
    expect(textOf(chain(10))).toBe('INTERPOLATION_DEPTH');
  });

  it.each([
    ['[s]\nx = %(x)s\n', 'INTERPOLATION_DEPTH'],
    ['[s]\nx = %(a)s\na = %(x)s\n', 'INTERPOLATION_DEPTH'],
    ['[s]\nx = 50% off\n', 'BARE_PERCENT'],
    ['[s]\nx = 50%\n', 'BARE_PERCENT'],
    ['[s]\nx = %%%\n', 'BARE_PERCENT'],
    ['[s]\nx = %(a\n', 'BARE_PERCENT'],
    ['[s]\nx = %(a)d\na = 1\n', 'BARE_PERCENT'],
    ['[s]\nx = %()s\n', 'BARE_PERCENT'],
    ['[s]\nx = %(a)s\na = 5%\n', 'BARE_PERCENT'],
    ['[s]\nx = %(nothing)s\n', 'UNKNOWN_INTERPOLATION'],
    ['[s]\nx = %(a-b.c/d)s\n', 'UNKNOWN_INTERPOLATION'],
  ])('fails: %j', (text, code) => {
    expect(textOf(text)).toBe(code);
  });
});

describe('lookUp: places', () => {
  const at = (text: string) => {
    const found = lookUp(treeOf(text), 's', 'x');
    return found.kind === 'failed' && found.diagnostic.at;
  };

  it('points at the percent sign, on whatever line it stands', () => {
    expect(at('[s]\nx = fine\n   also %% fine\n   but 5% is not\n')).toEqual({
      file: 'jail.conf',
      line: 4,
      column: 9,
      length: 1,
    });
  });

  it('points at the reference where it is written, not where it is used', () => {
    expect(at('[s]\nx = %(a)s\na = see %(nobody)s\n')).toEqual({ file: 'jail.conf', line: 3, column: 9, length: 10 });
  });

  it('keeps the origin of every piece of a value', () => {
    const found = lookUp(treeOf('[s]\nx = a%%b %(y)s c\ny = why\n'), 's', 'x');
    if (found.kind !== 'value') throw new Error(found.kind);
    const place = (text: string) => placeOf(found.value, found.value.text.indexOf(text), text.length);
    expect(found.value.text).toBe('a%b why c');
    expect(place('b')).toMatchObject({ line: 2, column: 8 });
    expect(place('why')).toEqual({ file: 'jail.conf', line: 3, column: 5, length: 3 });
    expect(place('c')).toMatchObject({ line: 2, column: 16 });
  });
});

describe('isMalformed', () => {
  it.each([
    ['%Y-%m-%d', true],
    ['100%', true],
    ['%%Y', false],
    ['%(x)s', false],
    ['%%%', true],
    ['plain', false],
  ])('%s: %s', (text, malformed) => {
    expect(isMalformed(text)).toBe(malformed);
  });
});
