import type { Jail } from '../../../core/config/jail.ts';
import type { OracleJail } from './oracle.ts';

/** What counts of a jail for a comparison: the effect, not the commands it came by. */
export interface EffectiveJail {
  readonly prefregex: string | undefined;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly maxlines: number;
  readonly datepattern: string | undefined;
  readonly usedns: string;
  readonly maxretry: number;
  readonly maxmatches: number;
  readonly findtime: number;
  readonly bantime: number;
  readonly increment: Readonly<Record<string, unknown>>;
  readonly ignoreself: boolean;
  readonly ignoreip: readonly string[];
  readonly logpath: readonly string[];
  readonly logencoding: string;
  readonly logtimezone: string | undefined;
  readonly actions: readonly string[];
}

export function oursOf(jail: Jail): EffectiveJail {
  const { filter, increment } = jail;
  return {
    prefregex: filter?.prefregex?.value,
    failregex: filter?.failregex.map(({ value }) => value) ?? [],
    ignoreregex: filter?.ignoreregex.map(({ value }) => value) ?? [],
    maxlines: filter?.maxlines ?? 1,
    datepattern: filter?.datepattern?.value,
    usedns: jail.usedns,
    maxretry: jail.maxretry,
    maxmatches: jail.maxmatches,
    findtime: jail.findtime,
    bantime: jail.bantime,
    increment: { ...increment },
    ignoreself: jail.ignoreself,
    ignoreip: jail.ignoreip.map(({ value }) => value),
    logpath: jail.logpath.map(({ value }) => value),
    logencoding: jail.logencoding,
    logtimezone: jail.logtimezone,
    actions: jail.actions.map(({ name, args }) => actionName(jail.name, name, args)),
  };
}

/**
 * The name of an action instance: the file's, with what `name` adds to the jail's
 * (fail2ban/client/actionreader.py: __init__).
 */
function actionName(jail: string, file: string, args: Readonly<Record<string, string>>): string {
  if (file.endsWith('.py')) return args['actname'] ?? file.slice(0, -3);
  if (args['actname'] !== undefined) return args['actname'];
  const name = args['name'] ?? jail;
  if (name === jail) return file;
  return file + (name.startsWith(jail) ? name.slice(jail.length) : `-${name}`);
}

export function theirsOf(jail: OracleJail): EffectiveJail {
  const option = (name: string): unknown => jail.options[name] ?? undefined;
  const text = (name: string): string | undefined => (option(name) === undefined ? undefined : String(option(name)));
  const number = (name: string, fallback: number): number => Number(option(name) ?? fallback);
  const usedns = (text('usedns') ?? 'warn').toLowerCase();
  return {
    prefregex: text('prefregex') || undefined,
    failregex: jail.failregex,
    ignoreregex: jail.ignoreregex,
    maxlines: number('maxlines', 1),
    datepattern: text('datepattern'),
    usedns: ['yes', 'warn', 'no', 'raw'].includes(usedns) ? usedns : 'no',
    maxretry: number('maxretry', 3),
    maxmatches: number('maxmatches', 5),
    findtime: number('findtime', 600),
    bantime: number('bantime', 600),
    increment: {
      enabled: option('bantime.increment') ?? false,
      formula: text('bantime.formula') || undefined,
      factor: number('bantime.factor', 1),
      multipliers: (text('bantime.multipliers') ?? '').split(' ').filter(Boolean).map(Number),
      maxtime: option('bantime.maxtime'),
      rndtime: option('bantime.rndtime'),
      overalljails: option('bantime.overalljails') ?? false,
    },
    ignoreself: (option('ignoreself') as boolean | undefined) ?? true,
    ignoreip: jail.ignoreip,
    logpath: jail.logpath,
    logencoding: text('logencoding') ?? 'auto',
    logtimezone: text('logtimezone') || undefined,
    actions: jail.actions,
  };
}
