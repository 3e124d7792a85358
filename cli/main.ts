import { once } from 'node:events';
import { runCommand } from './run.ts';

// `cloudjail … | head` closes the pipe early: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  congestion: () =>
    process.stdout.writableNeedDrain ? once(process.stdout, 'drain').then(() => undefined) : undefined,
  err: (text) => process.stderr.write(text),
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
});
