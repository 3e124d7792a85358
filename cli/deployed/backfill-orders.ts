import { endOrder, readersOf, withRequest } from '../../core/backfill/backfill-ledger.ts';
import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import type { BackfillLedger, BackfillOrder, BackfillProgress, EndedBackfill } from '../../core/records/backfill.ts';
import type { Span } from '../../core/records/span.ts';
import { failure } from './aws-failure.ts';
import type { DeployedStack } from './stack-access.ts';

/** An order that is not over. */
export interface OpenBackfill {
  readonly order: BackfillOrder;
  /** `undefined`: not begun. */
  readonly progress: BackfillProgress | undefined;
}

export interface Backfills {
  /** Oldest first. */
  readonly open: readonly OpenBackfill[];
  /** Newest first. */
  readonly ended: readonly EndedBackfill[];
}

export async function allBackfills(stack: DeployedStack): Promise<Backfills> {
  const { orders, ended } = await ledgerOf(stack);
  const begun = await stack.backfills.progress(orders.map(({ id }) => id));
  return { open: orders.map((order) => ({ order, progress: begun.get(order.id) })), ended };
}

/** How an order stands now; `undefined`: it is so long over that it has been forgotten. */
export async function oneBackfill(
  { id }: BackfillOrder,
  store: BackfillStore,
): Promise<OpenBackfill | EndedBackfill | undefined> {
  const ledger = await store.ledger();
  const order = ledger?.orders.find((one) => one.id === id);
  if (order === undefined) return ledger?.ended.find((one) => one.order.id === id);
  return { order, progress: (await store.progress([id])).get(id) };
}

export interface TypedBackfill {
  readonly logGroup: string;
  readonly span: Span;
  /** None: all that read the log group. */
  readonly jails: readonly string[];
}

/**
 * Orders that a log group be read back.
 *
 * @throws {CommandError} when the stack's jails, or those that are named, do not read it
 */
export async function orderBackfill(typed: TypedBackfill, stack: DeployedStack): Promise<BackfillOrder> {
  const { logGroup, span } = typed;
  for (;;) {
    const ledger = await ledgerOf(stack);
    const jails = jailsOf(typed, ledger, stack);
    const next = withRequest(ledger, { ...span, logGroup, jails }, stack.clock.now());
    if ((await stack.backfills.writeLedger(next.ledger)) === 'written') return next.order;
  }
}

function jailsOf({ logGroup, jails }: TypedBackfill, ledger: BackfillLedger, stack: DeployedStack): readonly string[] {
  const readers = readersOf(ledger, logGroup);
  if (readers.length === 0) throw notRead(logGroup, ledger, stack);
  const others = jails.filter((name) => !readers.includes(name));
  if (others.length > 0) {
    throw failure(
      `${others.map((name) => `"${name}"`).join(' and ')} does not read ${logGroup}`,
      `these jails do: ${readers.join(', ')}`,
    );
  }
  return jails.length > 0 ? [...new Set(jails)] : readers;
}

function notRead(logGroup: string, { reads }: BackfillLedger, { name }: DeployedStack) {
  const names = reads.map((one) => one.logGroup);
  const near = didYouMean(logGroup, names);
  const help = near === undefined ? '' : `did you mean ${near}? `;
  const some = names.slice(0, 10).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
  return failure(`no jail of the stack "${name}" reads ${logGroup}`, `${help}they read ${some || 'no log group'}`);
}

/** Takes all orders of a log group back. @throws {CommandError} when there is none */
export async function cancelBackfills(logGroup: string, stack: DeployedStack): Promise<readonly EndedBackfill[]> {
  const { open } = await allBackfills(stack);
  const found = open.filter(({ order }) => order.logGroup === logGroup);
  if (found.length === 0) {
    throw failure(`${logGroup} is not being read back`, 'cloudjail backfill shows what is');
  }
  const ended: EndedBackfill[] = [];
  for (const { order, progress } of found) {
    const end = { how: 'cancelled', reason: 'by hand' } as const;
    const over = await endOrder(order, progress, end, stack.backfills, stack.clock.now());
    if (over) ended.push(over);
  }
  return ended;
}

async function ledgerOf({ backfills, name }: DeployedStack): Promise<BackfillLedger> {
  const ledger = await backfills.ledger();
  if (ledger !== undefined) return ledger;
  throw failure(
    `the backfiller of the stack "${name}" has not run yet`,
    'a new stack runs it within a minute; one of an earlier release gets it with npm run deploy',
  );
}
