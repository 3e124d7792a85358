import { describe, expect, it } from 'vitest';
import type { BanNotice, Notifier } from '../../core/ports/notifier.ts';

/**
 * A notifier, and what reached its other end: names of notices, duplicates dropped where the other
 * end can.
 */
export interface NotifierUnderTest {
  readonly notifier: Notifier;
  received(): Promise<readonly string[]>;
}

/** What every Notifier must do. @param create one that has handed nothing on */
export function notifierContract(name: string, create: () => Promise<NotifierUnderTest>): void {
  const notice = (version: number, expiresAt: number | undefined): BanNotice => ({
    name: `sshd#198.51.100.1#1000#${version}`,
    id: '198.51.100.1',
    jail: 'sshd',
    change: { version, kind: 'banned', origin: 'jail', bannedAt: 1000, expiresAt, banCount: 1 },
    missing: 0,
  });

  describe(`Notifier contract: ${name}`, () => {
    it('has sent each notice when it reports success, permanent bans too', async () => {
      const { notifier, received } = await create();
      await notifier.notify(notice(1, 1600));
      expect(await received()).toEqual([notice(1, 1600).name]);
      await notifier.notify(notice(2, undefined));
      expect(await received()).toEqual([notice(1, 1600).name, notice(2, undefined).name]);
    });

    it('takes a notice again under its name', async () => {
      const { notifier, received } = await create();
      await notifier.notify(notice(1, 1600));
      await notifier.notify(notice(1, 1600));
      expect(new Set(await received())).toEqual(new Set([notice(1, 1600).name]));
    });
  });
}
