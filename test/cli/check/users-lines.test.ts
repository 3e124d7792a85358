import { expect, it } from 'vitest';
import { usersLines } from '../../../cli/check/users-lines.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { file, path } = temporaryFolder();

it('takes each line of the files once, and reports when one is longer than what is tried', async () => {
  file('short.log', 'one\ntwo\none\n');
  file('long.log', Array.from({ length: 20_001 }, (_, i) => `two${i % 3}\n`).join(''));
  const remarks: string[] = [];
  const lines = await usersLines([path('short.log'), path('long.log')], (text) => remarks.push(text));
  expect(lines.map(({ line }) => line)).toEqual(['one', 'two', 'two0', 'two1', 'two2']);
  expect(remarks).toEqual([`${path('long.log')}: the first 20,000 lines are tried, and no more\n`]);
});
