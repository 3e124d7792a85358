import type { Session, SessionKey } from '../records/session.ts';

/**
 * Where a jail keeps what it carries from one batch of a log stream to the next (sessions,
 * multi-line buffers).
 */
export interface SessionStore {
  /**
   * What the last batch left, strongly consistent; `undefined` when there never was anything, or so
   * long ago that it has been cleaned away.
   */
  read(key: SessionKey): Promise<Session | undefined>;
  /**
   * Writes if nobody wrote since `session.version - 1`; `conflict`: read again and match the batch
   * again.
   */
  write(key: SessionKey, session: Session): Promise<'written' | 'conflict'>;
}
