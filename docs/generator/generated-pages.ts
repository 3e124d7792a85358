import { fileURLToPath } from 'node:url';
import { systemClock } from '../../aws/system-clock.ts';
import { COMMAND_LIST, type ListedCommand, loadCommand } from '../../cli/command-list.ts';
import { EXIT_CODES } from '../../cli/run.ts';
import { processTerminal } from '../../cli/terminal.ts';
import { SETTINGS } from '../../infra/settings/settings.ts';
import { commandsPage } from './commands-page.ts';
import { diagnosticsPage } from './diagnostics-page.ts';
import { metricsPage } from './metrics-page.ts';
import { settingsPage } from './settings-page.ts';

export interface GeneratedPage {
  readonly file: string;
  readonly text: string;
}

/** The pages under docs/ that are made and not written. */
export async function generatedPages(): Promise<readonly GeneratedPage[]> {
  const terminal = processTerminal(process, systemClock);
  const commands = await Promise.all(COMMAND_LIST.map((listed: ListedCommand) => loadCommand(listed, terminal)));
  return [
    { file: page('settings.md'), text: settingsPage(SETTINGS) },
    { file: page('diagnostics.md'), text: diagnosticsPage() },
    { file: page('metrics.md'), text: metricsPage() },
    { file: page('commands.md'), text: commandsPage(commands, EXIT_CODES) },
  ];
}

function page(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}
