import pc from 'picocolors';
import type { Progress, RunEvent, Screen } from './run-event.ts';

export interface TextOutput {
  write(text: string): void;
  /** Columns of the terminal; `undefined` when it is none: no colour, no progress bar. */
  readonly columns: number | undefined;
}

const BAR_WIDTH = 24;
const ADDRESSES_SHOWN = 20;

/** For people: what happens as it happens, with a bar at the bottom on a terminal. */
export function textScreen(output: TextOutput): Screen {
  const colours = pc.createColors(output.columns !== undefined && pc.isColorSupported);
  let bar = '';
  const clear = (): void => {
    if (bar !== '') output.write('\r\x1b[K');
  };
  return {
    show(event) {
      clear();
      output.write(`${describe(event, colours)}\n`);
      output.write(bar);
    },
    progress(state) {
      if (output.columns === undefined) return;
      clear();
      bar = drawBar(state).slice(0, output.columns - 1);
      output.write(bar);
    },
    close() {
      clear();
      bar = '';
    },
  };
}

type Colours = ReturnType<typeof pc.createColors>;

function describe(event: RunEvent, colours: Colours): string {
  switch (event.event) {
    case 'ban': {
      const until = event.until === undefined ? 'for good' : `until ${clock(event.until)}`;
      const why = event.attempts === undefined ? '' : `, ${event.attempts} attempts`;
      return `${clock(event.time)}  ${colours.red('Ban  ')}  [${event.jail}] ${event.id}  ${until}${why}`;
    }
    case 'unban':
      return `${clock(event.time)}  ${colours.green('Unban')}  [${event.jail}] ${event.id}`;
    case 'breaker':
      return `${clock(event.time)}  ${colours.yellow('Breaker')}  [${event.jail}] ${event.bans} bans in a minute, more than maxbans: no more bans in this jail`;
    case 'ipset':
      return ipSet(event.family, event.addresses, colours);
    case 'summary':
      return colours.bold(
        `${event.lines} lines, ${event.attempts} attempts, ${event.bans} bans, ${event.unbans} unbans`,
      );
  }
}

function ipSet(family: string, addresses: readonly string[], colours: Colours): string {
  const heading = colours.bold(`WAF IP set ${family}: ${addresses.length === 0 ? 'empty' : addresses.length}`);
  const shown = addresses.slice(0, ADDRESSES_SHOWN).map((address) => `    ${address}`);
  const more = addresses.length - shown.length;
  return [heading, ...shown, ...(more > 0 ? [`    … and ${more} more`] : [])].join('\n');
}

function drawBar(state: Progress): string {
  const filled = Math.round(state.done * BAR_WIDTH);
  const percent = `${Math.floor(state.done * 100)}%`.padStart(4);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  return `${bar}${percent}  ${clock(state.time)}  ${state.lines} lines  ${state.attempts} attempts  ${state.bans} bans (${state.active} active)`;
}

/** `2025-12-10 09:12:48`, UTC. */
function clock(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
