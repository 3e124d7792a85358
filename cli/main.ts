import { systemClock } from '../aws/system-clock.ts';
import { closePipes } from './input/log-file.ts';
import { runCommand } from './run.ts';
import { processTerminal } from './terminal.ts';

// `cloudjail … | head` closes the pipe early: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCommand(process.argv.slice(2), processTerminal(process, systemClock));
closePipes();
