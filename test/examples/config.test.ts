import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { configDirectory } from '../../filters/config-directory.ts';

it('the sample configuration compiles without a word of complaint', () => {
  const directory = fileURLToPath(new URL('../../examples/config', import.meta.url));
  const { compiled, diagnostics } = compileJails(configDirectory(directory));
  expect(diagnostics).toEqual([]);
  expect(compiled.jails).toMatchObject([{ name: 'sshd', loggroups: ['/cloudjail/var/log/auth.log'] }]);
});
