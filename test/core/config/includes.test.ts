import { describe, expect, it } from 'vitest';
import { configReader } from '../../../core/config/config-reader.ts';
import { includedPath, loadOrder } from '../../../core/config/includes.ts';
import { createCollector } from '../../../core/diagnostics/collector.ts';
import { memoryFiles } from './memory-files.ts';

function read(files: Record<string, string>, base = 'jail') {
  const collector = createCollector();
  const tree = configReader(memoryFiles(files), collector).read(base);
  const values = Object.fromEntries(
    [...(tree?.sections.get('s') ?? [])].map(([name, { value }]) => [name, value.text]),
  );
  return { tree, values, files: tree?.files, diagnostics: collector.all() };
}

describe('loadOrder', () => {
  it('puts .conf before .d/*.conf before .local before .d/*.local, each folder sorted', () => {
    const paths = ['jail.d/b.conf', 'jail.d/a.local', 'jail.local', 'jail.d/a.conf', 'jail.conf', 'jail.d/b.local'];
    const others = [
      'jail.d/.hidden.conf',
      'jail.d/readme.txt',
      'jail.d/c.conf.bak',
      'other.conf',
      'jail.d/deep/x.conf',
    ];
    const files = memoryFiles(Object.fromEntries([...paths, ...others].map((path) => [path, ''])));
    expect(loadOrder(files, 'jail')).toEqual([
      'jail.conf',
      'jail.d/a.conf',
      'jail.d/b.conf',
      'jail.local',
      'jail.d/a.local',
      'jail.d/b.local',
    ]);
  });

  it('leaves out what does not exist', () => {
    expect(loadOrder(memoryFiles({ 'filter.d/x.local': '' }), 'filter.d/x')).toEqual(['filter.d/x.local']);
    expect(loadOrder(memoryFiles({}), 'jail')).toEqual([]);
  });

  it('works for filters and actions too', () => {
    const files = memoryFiles({ 'filter.d/sshd.conf': '', 'filter.d/sshd.d/z.conf': '' });
    expect(loadOrder(files, 'filter.d/sshd')).toEqual(['filter.d/sshd.conf', 'filter.d/sshd.d/z.conf']);
  });
});

describe('includedPath', () => {
  it.each([
    ['jail.conf', 'paths.conf', 'paths.conf'],
    ['filter.d/x.conf', 'common.conf', 'filter.d/common.conf'],
    ['filter.d/x.conf', '../paths.conf', 'paths.conf'],
    ['filter.d/x.conf', './a//b.conf', 'filter.d/a/b.conf'],
    ['jail.d/x.conf', '/etc/fail2ban/paths.conf', 'paths.conf'],
    ['jail.conf', '../x.conf', undefined],
    ['jail.conf', '/opt/x.conf', undefined],
    ['jail.conf', '', ''],
  ])('from %s, %s is %s', (including, written, path) => {
    expect(includedPath(including, written)).toBe(path);
  });
});

describe('configReader', () => {
  it('lets later files override option by option', () => {
    const { values } = read({
      'jail.conf': '[s]\na = 1\nb = 1\nc = 1\n',
      'jail.d/x.conf': '[s]\nb = 2\nc = 2\n',
      'jail.local': '[s]\nc = 3\n',
    });
    expect(values).toEqual({ a: '1', b: '2', c: '3' });
  });

  it('does not take an override in another file for a duplicate', () => {
    expect(read({ 'jail.conf': '[s]\na = 1\n', 'jail.local': '[s]\na = 2\n' }).diagnostics).toEqual([]);
  });

  it('puts before files ahead and after files behind, one a line, recursively', () => {
    const { files } = read({
      'jail.conf': '[INCLUDES]\nbefore = b1.conf\n  b2.conf\nafter = a1.conf\n',
      'b1.conf': '[INCLUDES]\nbefore = b0.conf\n',
      'b0.conf': '[s]\n',
      'b2.conf': '[s]\n',
      'a1.conf': '[INCLUDES]\nafter = a2.conf\n',
      'a2.conf': '[s]\n',
    });
    expect(files).toEqual(['b0.conf', 'b1.conf', 'b2.conf', 'jail.conf', 'a1.conf', 'a2.conf']);
  });

  it('pulls the .local twin of an included file', () => {
    const { files, values } = read({
      'jail.conf': '[INCLUDES]\nbefore = inc.conf\n[s]\nb = jail\n',
      'inc.conf': '[s]\na = conf\nb = conf\n',
      'inc.local': '[s]\na = local\n',
    });
    expect(files).toEqual(['inc.conf', 'inc.local', 'jail.conf']);
    expect(values).toEqual({ a: 'local', b: 'jail' });
  });

  it('does not read the .local twin of the file itself twice', () => {
    expect(read({ 'jail.conf': '[s]\n', 'jail.local': '[s]\n' }).files).toEqual(['jail.conf', 'jail.local']);
  });

  it('skips an include that does not exist, silently', () => {
    expect(read({ 'jail.conf': '[INCLUDES]\nbefore = nowhere.conf\n[s]\na=1\n' })).toMatchObject({
      values: { a: '1' },
      diagnostics: [],
    });
  });

  it('drops loops', () => {
    const { files, values } = read({
      'jail.conf': '[INCLUDES]\nbefore = a.conf\n  jail.conf\n[s]\nx = jail\n',
      'a.conf': '[INCLUDES]\nbefore = b.conf\n[s]\nx = a\n',
      'b.conf': '[INCLUDES]\nbefore = a.conf\n  ./jail.conf\n[s]\nx = b\n',
    });
    expect(files).toEqual(['b.conf', 'a.conf', 'jail.conf']);
    expect(values).toEqual({ x: 'jail' });
  });

  it('interpolates the names of included files', () => {
    const { files } = read({
      'jail.conf': '[DEFAULT]\nos = debian\n[INCLUDES]\nbefore = paths-%(os)s.conf\n',
      'paths-debian.conf': '[s]\n',
    });
    expect(files).toEqual(['paths-debian.conf', 'jail.conf']);
  });

  it('warns of an include outside the directory', () => {
    const { diagnostics } = read({ 'jail.conf': '[INCLUDES]\nbefore = /opt/x.conf\n' });
    expect(diagnostics).toMatchObject([
      { code: 'INCLUDE_OUTSIDE', severity: 'warning', at: { file: 'jail.conf', line: 2, column: 10, length: 11 } },
    ]);
  });

  it('reports a mistake of a shared file once', () => {
    const collector = createCollector();
    const files = memoryFiles({
      'filter.d/a.conf': '[INCLUDES]\nbefore = common.conf\n',
      'filter.d/b.conf': '[INCLUDES]\nbefore = common.conf\n',
      'filter.d/common.conf': '[s]\na=1\na=2\n',
    });
    const reader = configReader(files, collector);
    reader.read('filter.d/a');
    reader.read('filter.d/b');
    expect(collector.all()).toHaveLength(1);
  });

  it('refuses a file that is not UTF-8', () => {
    const { diagnostics } = read({ 'jail.conf': '[s]\n# caf\ufffd\n' });
    expect(diagnostics).toMatchObject([{ code: 'NOT_UTF8', severity: 'error', at: { line: 2, column: 6 } }]);
  });

  it('puts the options of a conditional section under names that carry the condition', () => {
    const { values } = read({ 'jail.conf': '[s]\na = 1\n[s?family=inet6]\na = 2\nb = 3\n' });
    expect(values).toEqual({ a: '1', 'a?family=inet6': '2', 'b?family=inet6': '3' });
  });

  it('remembers one earlier value of each option, and none of [DEFAULT]', () => {
    const { tree } = read({
      'jail.conf': '[DEFAULT]\nd = 1\n[s]\na = 1\nb = 1\n',
      'jail.d/x.conf': '[DEFAULT]\nd = 2\n[s]\na = 2\n',
      'jail.local': '[s]\na = 3\nc = 3\n',
    });
    const known = Object.fromEntries([...(tree?.known.get('s') ?? [])].map(([name, { value }]) => [name, value.text]));
    expect(known).toEqual({ a: '2' });
    expect(tree?.known.get('DEFAULT')).toBeUndefined();
  });
});
