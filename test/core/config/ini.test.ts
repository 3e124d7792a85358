import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIni } from '../../../core/config/ini.ts';
import { placeOf } from '../../../core/config/source-text.ts';
import { createCollector } from '../../../core/diagnostics/collector.ts';

function parse(text: string) {
  const collector = createCollector();
  const { defaults, sections, headers } = parseIni('jail.local', text, collector);
  const values = (section: typeof defaults) =>
    Object.fromEntries([...section].map(([name, { value }]) => [name, value.text]));
  return {
    defaults: values(defaults),
    sections: Object.fromEntries([...sections].map(([name, section]) => [name, values(section)])),
    option: (section: string, name: string) => (section === 'DEFAULT' ? defaults : sections.get(section))?.get(name),
    headers,
    diagnostics: collector.all(),
    problems: collector.all().map(({ code, at }) => `${code} ${at?.line}:${at?.column}+${at?.length}`),
  };
}

describe('parseIni: names and values', () => {
  it.each([
    ['a = b', 'a', 'b'],
    ['a=b', 'a', 'b'],
    ['a: b', 'a', 'b'],
    ['a : b = c', 'a', 'b = c'],
    ['a = b : c', 'a', 'b : c'],
    ['Max Retry = 5', 'max retry', '5'],
    ['BANTIME.Increment = True', 'bantime.increment', 'True'],
    ['a =', 'a', ''],
    ['a = "quoted"  ', 'a', '"quoted"'],
    ['  a = indented', 'a', 'indented'],
    ['é = ü', 'é', 'ü'],
    ['a = b # no comment', 'a', 'b # no comment'],
    ['a = b;no comment', 'a', 'b;no comment'],
    ['a = b ; comment', 'a', 'b'],
    ['a = b\t; comment', 'a', 'b'],
    ['a = b;c ; d ; e', 'a', 'b;c'],
    ['a = ; nothing left', 'a', ''],
    ['a = ^x ;y$', 'a', '^x'],
  ])('%j', (line, name, value) => {
    expect(parse(`[s]\n${line}\n`).sections).toEqual({ s: { [name]: value } });
  });

  it.each([
    ['a = 1\n  2', '1\n2'],
    ['a =\n  1\n  2', '\n1\n2'],
    ['a = 1\n      2\n  3', '1\n2\n3'],
    ['a = 1\n\n  2', '1\n\n2'],
    ['a = 1\n\n\n', '1'],
    ['a = 1\n# comment\n  2', '1\n2'],
    ['a = 1\n  # comment\n  2', '1\n2'],
    ['a = 1\n  ; comment\n  2', '1\n2'],
    ['a = 1\n  2 ; comment\n  3', '1\n2\n3'],
    ['a = 1\n\t2', '1\n2'],
    ['a = 1\n  [x]', '1\n[x]'],
    ['a = 1\n  b = 2', '1\nb = 2'],
    ['a = 1\r\n  2\r\n', '1\n2'],
    ['a = 1\r  2\r', '1\n2'],
    ['  a = 1\n    2', '1\n2'],
  ])('continues a value over lines: %j', (text, value) => {
    expect(parse(`[s]\n${text}`).sections['s']?.['a']).toBe(value);
  });

  it('ends a value at a line that is not deeper than its option', () => {
    expect(parse('[s]\n  a = 1\n  b = 2\n c = 3').sections).toEqual({ s: { a: '1', b: '2', c: '3' } });
  });

  it('takes a no-break space for white space and a zero-width one for text, as Python does', () => {
    expect(parse('[s]\na =\u00a0b\u00a0').sections).toEqual({ s: { a: 'b' } });
    expect(parse('[s]\na = \ufeffb').sections).toEqual({ s: { a: '\ufeffb' } });
  });
});

describe('parseIni: sections', () => {
  it('keeps [DEFAULT] apart and the order of the others', () => {
    const { defaults, sections } = parse('[b]\nx=1\n[DEFAULT]\ny=2\n[a]\n[Ab c/d?e=f]\n');
    expect(defaults).toEqual({ y: '2' });
    expect(Object.keys(sections)).toEqual(['b', 'a', 'Ab c/d?e=f']);
  });

  it('takes all up to the last bracket as the name, and nothing after it', () => {
    expect(Object.keys(parse('[a]b] ; c\n[ s ] junk\n').sections)).toEqual(['a]b', ' s ']);
  });

  it('lets [DEFAULT] stand twice', () => {
    expect(parse('[DEFAULT]\na=1\n[s]\n[DEFAULT]\nb=2\n')).toMatchObject({
      defaults: { a: '1', b: '2' },
      problems: [],
    });
  });

  it('distinguishes names by case', () => {
    expect(Object.keys(parse('[s]\n[S]\n[default]\n').sections)).toEqual(['s', 'S', 'default']);
  });
});

describe('parseIni: mistakes', () => {
  it.each([
    ['[s]\na = 1\nA = 2\n', ['DUPLICATE_OPTION 3:1+1']],
    ['[DEFAULT]\na = 1\n[DEFAULT]\na = 2\n', ['DUPLICATE_OPTION 4:1+1']],
    ['[s]\n[t]\n[s]\n', ['DUPLICATE_SECTION 3:1+3']],
    ['a = 1\nb = 2\n[s]\n', ['MISSING_SECTION 1:1+5']],
    ['# fine\n\n\ufeff[s]\n', ['MISSING_SECTION 3:1+4']],
    ['[s]\nloose words\n', ['NOT_AN_OPTION 2:1+11']],
    ['[s]\n = 1\n', ['NOT_AN_OPTION 2:2+3']],
    ['[s]\n[]\n', ['NOT_AN_OPTION 2:1+2']],
  ])('%j', (text, problems) => {
    expect(parse(text).problems).toEqual(problems);
  });

  it('reports every mistake of a file, and goes on with the later value', () => {
    const { sections, problems } = parse('[s]\na = 1\na = 2\nx\n[s]\na = 3\n');
    expect(problems).toEqual([
      'DUPLICATE_OPTION 3:1+1',
      'NOT_AN_OPTION 4:1+1',
      'DUPLICATE_SECTION 5:1+3',
      'DUPLICATE_OPTION 6:1+1',
    ]);
    expect(sections).toEqual({ s: { a: '3' } });
  });

  it('names the remedy for a byte order mark', () => {
    expect(parse('\ufeff[s]\na=1\n').diagnostics[0]?.message).toContain('byte order mark');
  });
});

describe('parseIni: places', () => {
  const text = '[s]\nname  = first ; c\n   second\n\n\tthird\n';

  it('knows where every line of a value stands', () => {
    const value = parse(text).option('s', 'name')?.value;
    expect(value?.text).toBe('first\nsecond\n\nthird');
    const at = (offset: number) => value && placeOf(value, offset);
    expect(at(0)).toEqual({ file: 'jail.local', line: 2, column: 9, length: 5 });
    expect(at(3)).toEqual({ file: 'jail.local', line: 2, column: 12, length: 2 });
    expect(at(6)).toEqual({ file: 'jail.local', line: 3, column: 4, length: 6 });
    expect(at(14)).toEqual({ file: 'jail.local', line: 5, column: 2, length: 5 });
  });

  it('knows where names and headers stand', () => {
    const { option, headers } = parse('  [s]\n\n   name = x');
    expect(option('s', 'name')?.name).toEqual({ file: 'jail.local', line: 3, column: 4, length: 4 });
    expect(headers.get('s')).toEqual({ file: 'jail.local', line: 1, column: 3, length: 3 });
  });
});

describe('parseIni: written and read back', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
  const line = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/).filter((text) => !/^[#;]|\s;/.test(text));
  const value = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
  const section = fc.dictionary(word, value, { maxKeys: 5, noNullPrototype: true });

  it('gives the values that were written', () => {
    fc.assert(
      fc.property(fc.dictionary(word, section, { maxKeys: 4, noNullPrototype: true }), (sections) => {
        const options = (entries: object) =>
          Object.entries(entries).map(([name, text]) => `${name} = ${String(text).replaceAll('\n', '\n  ')}\n`);
        const text = Object.entries(sections).map(([name, entries]) => [`[${name}]\n`, ...options(entries)].join(''));
        const read = parse(text.join('\n'));
        expect(read.problems).toEqual([]);
        expect(read.sections).toEqual(sections);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('throws on nothing, and every place it gives lies in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('', '[s]\n'), (junk, head) => {
        const { diagnostics } = parse(head + junk);
        const lines = (head + junk).split(/\r\n|\r|\n/);
        for (const { at } of diagnostics) {
          const end = (at?.column ?? 0) - 1 + (at?.length ?? 0);
          expect(end).toBeLessThanOrEqual(lines[(at?.line ?? 0) - 1]?.length ?? -1);
        }
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});
