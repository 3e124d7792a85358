import type { StreamState } from '../filter/line-matcher.ts';

/** Where a jail keeps what it carries from one batch of a log stream to the next (sessions, multi-line buffers). */
export interface SessionStore {
  /**
   * What the last batch left, strongly consistent; `undefined` when there never was anything. One that is past its `keepUntil` at
   * `now` comes without its content: only its version still matters, to whoever replaces it.
   */
  read(key: SessionKey, now: number): Promise<Session | undefined>;
  /** Writes if nobody wrote since `session.version - 1`; `conflict`: read again and match the batch again. */
  write(key: SessionKey, session: Session): Promise<'written' | 'conflict'>;
}

export interface SessionKey {
  readonly jail: string;
  readonly logGroup: string;
  readonly logStream: string;
}

export interface Session {
  /** `undefined`: nothing is carried. */
  readonly state: StreamState | undefined;
  /** Fingerprints of the batches it has consumed, newest last: a redelivered batch changes nothing. */
  readonly consumed: readonly string[];
  /** Epoch seconds after which it is forgotten. */
  readonly keepUntil: number;
  readonly version: number;
}
