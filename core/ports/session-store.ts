import type { Session, SessionKey } from '../records/session.ts';

/**
 * Stores the state that a jail carries from one batch of a log stream to the next (sessions,
 * multi-line buffers).
 */
export interface SessionStore {
  /**
   * The state after the last batch, strongly consistent; `undefined` when there was none, or when
   * it has expired.
   */
  read(key: SessionKey): Promise<Session | undefined>;
  /**
   * Writes if no one wrote since `session.version - 1`; `conflict`: read again and match the batch
   * again.
   */
  write(key: SessionKey, session: Session): Promise<'written' | 'conflict'>;
}
