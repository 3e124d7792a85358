import type { Latencies } from '../latency.ts';
import type { Ban } from '../records/ban.ts';
import type { ExpiryRun } from '../records/expiry-run.ts';
import type { MatchCounts } from '../records/match-counts.ts';
import type { TargetReport } from './ban-target.ts';

/**
 * Where the running system tells what it does: log and metrics in the cloud, the screen in a local
 * run.
 */
export interface Telemetry {
  emit(event: TelemetryEvent): void;
}

/** Each event is written once, by the one who made the change it tells of. */
export type TelemetryEvent =
  | {
      /** One batch of log events has been matched and counted. */
      readonly kind: 'batch-matched';
      readonly logGroup: string;
      readonly lines: number;
      readonly failures: number;
      /** Lines that brought no failure though they matched, or were cut short, or given up. */
      readonly left: MatchCounts;
      /** From the events' own times until all was counted; of those that were looked at closely. */
      readonly took: Latencies;
    }
  | {
      /**
       * Attempts of one id in one jail were counted. `attempts` were new to this batch, not
       * necessarily to the store.
       */
      readonly kind: 'attempts-counted';
      readonly jail: string;
      readonly id: string;
      readonly attempts: number;
    }
  | {
      readonly kind: 'attempts-ignored';
      readonly jail: string;
      readonly id: string;
      readonly attempts: number;
      readonly reason: string;
    }
  | {
      /**
       * Attempts by an id well after these targets confirmed that they keep it out: a firewall
       * leaks.
       */
      readonly kind: 'attempts-while-banned';
      readonly jail: string;
      readonly id: string;
      readonly attempts: number;
      readonly targets: readonly string[];
    }
  /**
   * Attempts up to the end of a ban that show no leak: made before it was enforced, or told of
   * late. They do not count.
   */
  | { readonly kind: 'attempts-late'; readonly jail: string; readonly id: string; readonly attempts: number }
  | { readonly kind: 'ban-made'; readonly ban: Ban }
  | { readonly kind: 'ban-prolonged'; readonly ban: Ban }
  /**
   * The jail made more bans in a minute than its maxbans, and makes no more until its breaker is
   * reset.
   */
  | { readonly kind: 'breaker-tripped'; readonly jail: string; readonly bans: number }
  /**
   * A ban the attempts call for was not made: `breaker`, because the jail's breaker has tripped, or
   * what else keeps the jail from it.
   */
  | { readonly kind: 'ban-held-back'; readonly jail: string; readonly id: string; readonly reason: string }
  /** A ban that was over before it could be made. */
  | { readonly kind: 'ban-missed'; readonly ban: Ban }
  | { readonly kind: 'ban-lifted'; readonly ban: Ban }
  /** The address book has been brought up to date: ranges of the account and names it holds. */
  | { readonly kind: 'address-book-kept'; readonly own: number; readonly names: number }
  /** The account's own addresses could not be read; those read before still count. */
  | { readonly kind: 'own-addresses-unread'; readonly error: Error }
  | {
      /** A name in `ignoreip` was looked up, without an answer or with no addresses in it. */
      readonly kind: 'ignore-name-unresolved';
      readonly name: string;
      readonly reason: string;
      /** Known from earlier answers, and still spared. */
      readonly addresses: number;
      /** Nobody has ever answered: jails with this name make no bans until somebody does. */
      readonly holdsBack: boolean;
    }
  | {
      readonly kind: 'target-converged';
      readonly target: string;
      readonly report: TargetReport;
      /**
       * All bans that hold, wherever they are to be enforced; known when everything was compared.
       */
      readonly active?: number | undefined;
    }
  | {
      /** The target has been seen to hold new bans, or to hold ended ones no longer. */
      readonly kind: 'changes-confirmed';
      readonly target: string;
      /** From when a ban was put on record. */
      readonly enforced: Latencies;
      /** From when it ended, by its bantime or by hand; none is `late`. */
      readonly ended: Latencies;
    }
  | { readonly kind: 'target-failed'; readonly target: string; readonly error: Error }
  /** The target has done its part, but what it holds could not be recorded. */
  | { readonly kind: 'confirmation-failed'; readonly target: string; readonly error: Error }
  /**
   * An entry was taken out of a target by hand, and its ban is lifted for that. `ban-lifted` tells
   * of the same.
   */
  | { readonly kind: 'unbanned-in-target'; readonly target: string; readonly id: string; readonly jail: string }
  /** Entries of bans that hold were gone from a target, and stand there again. */
  | { readonly kind: 'entries-put-back'; readonly target: string; readonly ids: readonly string[] }
  /**
   * Log events of cloudjail's own functions were handed to the matcher, which left them alone. Told
   * once a container: telling makes more of them.
   */
  | { readonly kind: 'own-logs-delivered'; readonly logGroup: string }
  /** A log group that a jail reads by its prefix can't be subscribed to. */
  | { readonly kind: 'log-group-unread'; readonly logGroup: string; readonly reason: string }
  /**
   * What a log group had before it was subscribed to won't be read back, since there is too much to
   * read back already.
   */
  | { readonly kind: 'catch-up-left'; readonly logGroup: string }
  | {
      /** The log groups that jails read by prefix were looked through. */
      readonly kind: 'subscriptions-converged';
      /** Log groups the matcher is subscribed to. */
      readonly subscribed: number;
      /** Subscriptions made, changed or removed now. */
      readonly changed: number;
      /** Log groups that ought to be read and can't be. */
      readonly unread: number;
      /** Log groups there was no time for. */
      readonly left: number;
    }
  | {
      /**
       * Part of a log group could not be read back or matched; `givenUp`: nor will it be, having
       * been tried for a day.
       */
      readonly kind: 'backfill-failed';
      readonly logGroup: string;
      readonly error: Error;
      readonly givenUp: boolean;
    }
  | {
      /** A log group has been read back to the end, or will not be. */
      readonly kind: 'backfill-ended';
      readonly logGroup: string;
      readonly how: 'done' | 'failed';
      readonly events: number;
      readonly failures: number;
      readonly bans: number;
    }
  | {
      /** A run of the backfiller that found something to read back is over. */
      readonly kind: 'backfill-run';
      /** Log groups still to be read back, those of which only the present is missing included. */
      readonly open: number;
      /**
       * Seconds since the one that waits longest came any further, though it has events to read; 0:
       * none waits.
       */
      readonly lag: number;
    }
  | ({ readonly kind: 'expiry-run' } & ExpiryRun);
