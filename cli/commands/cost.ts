import { Command } from 'commander';
import { usageError } from '../command-error.ts';
import { type Estimate, estimate } from '../cost/estimate.ts';
import { isPriceName, PRICES, type PriceName } from '../cost/prices.ts';
import { type StackShape, stackShape } from '../cost/stack-shape.ts';
import { usageOf, type Workload } from '../cost/usage.ts';
import { costTable } from '../output/cost-table.ts';
import { synthesizedStack } from '../synthesized-stack.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
Counts what the stack of cdk.json has, and what its functions do for so many lines and attempts, at list prices of us-east-1 without taxes.
Not in it: what your web ACL takes for requests, mail, and transfer out of AWS.

  cloudjail cost --lines-per-day 1000000 --attempts-per-day 10000
  cloudjail cost --lines-per-day 2e7 --attempts-per-day 2e5 --servers 100 --price log-ingestion=0.25

Prices that can be replaced: ${Object.keys(PRICES).join(', ')}.`;

const LIST_REGION = 'us-east-1';

interface Options {
  readonly linesPerDay: number;
  readonly attemptsPerDay: number;
  readonly bansPerDay?: number;
  readonly servers: number;
  readonly lineBytes: number;
  readonly region: string;
  readonly price: ReadonlyMap<PriceName, number>;
  readonly config?: string;
  readonly json: boolean;
}

export function costCommand(terminal: Terminal): Command {
  return new Command('cost')
    .description('Estimates what a month of the stack costs.')
    .requiredOption('--lines-per-day <n>', 'log lines that all servers together write', amount)
    .requiredOption('--attempts-per-day <n>', 'of these, failed logins and the like', amount)
    .option('--bans-per-day <n>', 'default: one for each maxretry attempts, the most there can be', amount)
    .option('--servers <n>', 'that send logs (default: 10)', amount, 10)
    .option('--line-bytes <n>', 'of a log line (default: 120)', amount, 120)
    .option('--price <name=usd>', 'instead of the list price; may be repeated', prices, new Map())
    .option('--region <region>', 'where the stack goes (default: us-east-1, whose prices these are)', LIST_REGION)
    .option('--config <dir>', 'a directory like /etc/fail2ban (default: the one that is deployed, see cdk.json)')
    .option('--json', 'one JSON object', false)
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => run(options, terminal));
}

function amount(value: string): number {
  const number = Number(value.replaceAll(/[_,](?=\d)/g, ''));
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw usageError(`${value}: not a number of 0 or more`);
  return number;
}

function prices(value: string, before: ReadonlyMap<PriceName, number>): ReadonlyMap<PriceName, number> {
  const [, name = '', usd = ''] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (!isPriceName(name)) throw usageError(`--price ${value}: the prices are ${Object.keys(PRICES).join(', ')}`);
  return new Map([...before, [name, amount(usd)]]);
}

async function run(options: Options, { out, err }: Terminal): Promise<void> {
  const shape = stackShape(await synthesizedStack(options.config));
  const { linesPerDay, attemptsPerDay, servers, lineBytes } = options;
  if (attemptsPerDay > linesPerDay) throw usageError('there are more attempts than lines');
  const bansPerDay = options.bansPerDay ?? attemptsPerDay / shape.maxretry;
  const work: Workload = { linesPerDay, attemptsPerDay, bansPerDay, servers, lineBytes };
  const result = estimate(usageOf(work, shape), options.price);
  if (options.region !== LIST_REGION) {
    err(`Prices are those of ${LIST_REGION}; in ${options.region} they may be higher: --price replaces one.\n`);
  }
  if (options.json) out(`${JSON.stringify({ ...result, workload: work, priceRegion: LIST_REGION })}\n`);
  else out(`${told(result, work, shape)}\n`);
}

function told(result: Estimate, { bansPerDay }: Workload, { filtered }: StackShape): string {
  const bans = `${Math.round(bansPerDay).toLocaleString('en')} bans a day`;
  const pattern = filtered
    ? ''
    : ' CloudWatch hands on every line, since some jail reads lines that have no word in common.';
  return (
    `${costTable(result)}\n\nWith ${bans}. List prices of ${LIST_REGION}, read in 2026: an estimate, not ` +
    `an offer.${pattern}`
  );
}
