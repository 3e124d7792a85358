import { describe, expect, it } from 'vitest';
import { parseDefinition, splitDefinitions } from '../../../core/config/definition-arguments.ts';
import { placeOf, sourceText } from '../../../core/config/source-text.ts';

function parse(text: string) {
  const parsed = parseDefinition(sourceText(text));
  if (parsed.kind === 'malformed') return parsed.offset;
  return [parsed.name.text, Object.fromEntries([...parsed.args].map(([name, value]) => [name, value.text]))];
}

describe('parseDefinition', () => {
  it.each([
    ['sshd', ['sshd', {}]],
    ['sshd[]', ['sshd', {}]],
    ['sshd[mode=aggressive]', ['sshd', { mode: 'aggressive' }]],
    ['n[a=b, c="d,e"][g=h]', ['n', { a: 'b', c: 'd,e', g: 'h' }]],
    [`n[f='x]y']`, ['n', { f: 'x]y' }]],
    [`n[a="it's", b='say "x"']`, ['n', { a: "it's", b: 'say "x"' }]],
    ['n[a= b c ,d=]', ['n', { a: 'b c', d: '' }]],
    ['n[a=b,]', ['n', { a: 'b' }]],
    ['n[a=b, ]', ['n', { a: 'b' }]],
    ['n[a=1][a=2]', ['n', { a: '2' }]],
    ['n[a=1] [b=2]', ['n', { a: '1', b: '2' }]],
    ['n[\n  a=1,\n  b="2\n3"\n]', ['n', { a: '1', b: '2\n3' }]],
    ['n[a-b.c_d=1]', ['n', { 'a-b.c_d': '1' }]],
    ['n[a=x=y]', ['n', { a: 'x=y' }]],
    ['n[a="unclosed]', ['n', { a: '"unclosed' }]],
    ['name [a=1]', ['name', { a: '1' }]],
    ['n[blocktype?family=inet6=DROP]', ['n', { 'blocktype?family=inet6': 'DROP' }]],
  ])('takes %j apart', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ['', 0],
    ['[a=1]', 0],
    ['n[a=1', 1],
    ['n[a=1] x', 1],
    ['n[a]', 2],
    ['n[a=1, b]', 7],
    ['n[a="1" b=2]', 7],
    ['n[,a=1]', 2],
    ['n[a=x]y=z]', 5],
    ['n[ , ]', 3],
  ])('refuses %j at %d', (text, offset) => {
    expect(parse(text)).toBe(offset);
  });

  it('knows where a value was written', () => {
    const parsed = parseDefinition(sourceText('n[a="b"]', { file: 'f', line: 1, column: 11 }));
    const value = parsed.kind === 'definition' ? parsed.args.get('a') : undefined;
    expect(value && placeOf(value)).toEqual({ file: 'f', line: 1, column: 16, length: 1 });
  });
});

describe('splitDefinitions', () => {
  it.each([
    ['', []],
    ['a b\nc', ['a', 'b', 'c']],
    ['a[x=1, y="2 3"]\n  b', ['a[x=1, y="2 3"]', 'b']],
    ['a[x=1\n  , y=2]  b[z=3]', ['a[x=1\n  , y=2]', 'b[z=3]']],
    ['a[x=1][y=2] b', ['a[x=1][y=2]', 'b']],
    ['a[x="b c] d"] e', ['a[x="b c] d"]', 'e']],
    ['a [x=1] b', ['a [x=1]', 'b']],
    ['a[x b', ['a[x', 'b']],
    ['a[x=1] [,]', ['a[x=1]', '[,]']],
  ])('%j', (text, parts) => {
    expect(splitDefinitions(sourceText(text)).map((part) => part.text)).toEqual(parts);
  });
});
