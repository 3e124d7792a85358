import { styleText } from 'node:util';
import type { Terminal } from '../terminal.ts';
import { clockText } from './clock-text.ts';
import { printable } from './printable.ts';
import { grouped, progressLine } from './progress-line.ts';
import type { Progress, RunEvent, Screen } from './run-event.ts';

const BAR_WIDTH = 24;
const ADDRESSES_SHOWN = 20;

type Style = 'bold' | 'red' | 'green' | 'yellow';
/** Text without control characters, in a style where the terminal has colors. */
type Paint = (style: Style, text: string) => string;

/** For people: what happens as it happens, with a bar at the bottom on a terminal. */
export function textScreen(terminal: Terminal): Screen {
  const line = progressLine(terminal, false);
  // The terminal has looked at the environment; Node's own look would differ between its releases.
  const paint: Paint = (style, text) => (terminal.colored ? styleText(style, text, { validateStream: false }) : text);
  let bar = '';
  return {
    show(event) {
      line.clear();
      terminal.draw(`${describe(event, paint)}\n`);
      if (bar !== '') line.show(bar);
    },
    progress(state) {
      bar = drawBar(state);
      line.show(bar);
    },
    close() {
      line.clear();
      bar = '';
    },
  };
}

function describe(event: RunEvent, paint: Paint): string {
  switch (event.event) {
    case 'ban': {
      const until = event.until === undefined ? 'for good' : `until ${clockText(event.until)}`;
      const why = event.attempts === undefined ? '' : `, ${event.attempts} attempts`;
      return `${clockText(event.time)}  ${paint('red', 'Ban  ')}  ${whose(event)}  ${until}${why}`;
    }
    case 'unban':
      return `${clockText(event.time)}  ${paint('green', 'Unban')}  ${whose(event)}`;
    case 'breaker':
      return (
        `${clockText(event.time)}  ${paint('yellow', 'Breaker')}  [${printable(event.jail)}] ${event.bans} ` +
        'bans in a minute, more than maxbans: no more bans in this jail'
      );
    case 'ipset':
      return ipSet(event.family, event.addresses, paint);
    case 'summary':
      return paint(
        'bold',
        `${event.lines} lines, ${event.attempts} attempts, ${event.bans} bans, ${event.unbans} unbans`,
      );
  }
}

function whose({ jail, id }: { readonly jail: string; readonly id: string }): string {
  return `[${printable(jail)}] ${printable(id)}`;
}

function ipSet(family: string, addresses: readonly string[], paint: Paint): string {
  const heading = paint('bold', `WAF IP set ${family}: ${addresses.length === 0 ? 'empty' : addresses.length}`);
  const shown = addresses.slice(0, ADDRESSES_SHOWN).map((address) => `    ${address}`);
  const more = addresses.length - shown.length;
  return [heading, ...shown, ...(more > 0 ? [`    … and ${more} more`] : [])].join('\n');
}

function drawBar({ done, time, lines, attempts, bans, active }: Progress): string {
  const counts =
    `${clockText(time)}  ${grouped(lines)} lines  ${grouped(attempts)} attempts  ${grouped(bans)} ` +
    `bans (${grouped(active)} active)`;
  if (done === undefined) return counts;
  const filled = Math.round(done * BAR_WIDTH);
  const percent = `${Math.floor(done * 100)}%`.padStart(4);
  return `${'█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)}${percent}  ${counts}`;
}
