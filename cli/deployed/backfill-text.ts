import type { BackfillOrder, BackfillTally, EndedBackfill } from '../../core/records/backfill.ts';
import { NOTHING_YET } from '../../core/records/backfill.ts';
import { clockText } from '../output/clock-text.ts';
import { printable } from '../output/printable.ts';
import { grouped } from '../output/progress-line.ts';
import type { OpenBackfill } from './backfill-orders.ts';

const BAR_WIDTH = 20;

/** `██████░░░░  30 %  2026-11-22 03:12:00  12,345 events, 210 failures, 3 bans` */
export function progressText({ order, progress }: OpenBackfill): string {
  if (progress === undefined) return `${bar(0)}  waiting for the next run, within a minute`;
  const share = shareOf(order, progress.cursorMs);
  const at = clockText(Math.max(order.fromMs, Math.min(order.toMs, progress.cursorMs)) / 1000);
  return `${bar(share)} ${String(Math.floor(100 * share)).padStart(3)} %  ${at}  ${tallyText(progress.tally)}`;
}

/** What keeps it, in a sentence; empty: nothing. */
export function problemText({ progress }: OpenBackfill): string {
  if (!progress?.problem) return '';
  const { text, times, retryAt } = progress.problem;
  const again = times === 1 ? '' : ` (${times} times)`;
  return `${printable(text)}${again}; tried again from ${clockText(retryAt)} UTC on`;
}

/** What came of one that is over. */
export function endText({ order, how, reason, tally, cursorMs }: EndedBackfill): string {
  const upTo = how === 'done' ? '' : `, up to ${clockText(Math.max(order.fromMs, cursorMs) / 1000)} UTC`;
  const why = reason === '' ? '' : ` (${reason})`;
  return `${how}${why}: ${tallyText(tally)}${upTo}`;
}

function tallyText({ events, failures, bans, missed }: BackfillTally): string {
  const over = missed === 0 ? '' : `, ${grouped(missed)} that would be over already`;
  return `${grouped(events)} events, ${grouped(failures)} failures, ${grouped(bans)} bans${over}`;
}

/** What a person should know of bans that were not made; empty: nothing. */
export function heldBackText({ heldBack }: BackfillTally, { jails }: BackfillOrder): string {
  if (heldBack === 0) return '';
  return (
    'bans were held back: a jail had made its maxbans of a minute of the log, or may make none now (cloudjail status ' +
    `${jails.length === 1 ? jails[0] : 'JAIL'}); who goes on is banned at the next attempt`
  );
}

/** `/log  sshd  2026-11-22 02:00:00 to 2026-11-22 03:00:00 UTC` */
export function orderText({ logGroup, jails, fromMs, toMs, kind }: BackfillOrder): string {
  const why = kind === 'catch-up' ? '  new jail' : '';
  return (
    `${logGroup}  ${jails.map(printable).join(', ')}  ${clockText(fromMs / 1000)} to ` +
    `${clockText(toMs / 1000)} UTC${why}`
  );
}

export function openObject({ order, progress }: OpenBackfill): object {
  return {
    ...orderObject(order),
    state: progress === undefined ? 'waiting' : 'reading',
    ...tallyObject(order, progress?.cursorMs ?? order.fromMs, progress?.tally ?? NOTHING_YET),
    problem: progress?.problem ?? null,
  };
}

export function endedObject({ order, how, reason, at, cursorMs, tally }: EndedBackfill): object {
  return { ...orderObject(order), state: how, ...tallyObject(order, cursorMs, tally), reason, endedAt: at };
}

/** Times in epoch seconds, as in all that the commands print. */
function orderObject({ id, kind, logGroup, jails, fromMs, toMs, orderedAt }: BackfillOrder): object {
  return { id, kind, logGroup, jails, from: fromMs / 1000, to: toMs / 1000, orderedAt };
}

function tallyObject(order: BackfillOrder, cursorMs: number, tally: BackfillTally): object {
  return { reached: Math.max(order.fromMs, Math.min(order.toMs, cursorMs)) / 1000, ...tally };
}

function shareOf({ fromMs, toMs }: BackfillOrder, cursorMs: number): number {
  if (cursorMs > toMs) return 1;
  return Math.max(0, (cursorMs - fromMs) / Math.max(1, toMs - fromMs));
}

function bar(share: number): string {
  const filled = Math.round(BAR_WIDTH * share);
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}
