import { describe, expect, it } from 'vitest';
import type { IngressRule, RevokedRules, RevokedRulesStore } from '../../core/ports/revoked-rules-store.ts';

const ssh: IngressRule = {
  protocol: 'tcp',
  fromPort: 22,
  toPort: 22,
  cidr: '198.51.100.7/32',
  description: 'Zoë\'s "home", since 2024',
  tags: [
    { key: 'owner', value: '' },
    { key: 'ticket', value: '12' },
  ],
};
const everything: IngressRule = {
  protocol: '-1',
  fromPort: -1,
  toPort: -1,
  cidr: '2001:db8::/64',
  description: undefined,
  tags: [],
};

/** What every RevokedRulesStore must do. @param create a store with nothing in it */
export function revokedRulesStoreContract(name: string, create: () => Promise<RevokedRulesStore>): void {
  const first: RevokedRules = { rules: [{ rule: ssh, bans: ['198.51.100.7'], revokedAt: 1_000_000.25 }], version: 1 };

  describe(`RevokedRulesStore contract: ${name}`, () => {
    it('returns what was written for each group, to the letter', async () => {
      const store = await create();
      expect(await store.read('sg-1')).toEqual({ rules: [], version: 0 });
      expect(await store.write('sg-1', first)).toBe('written');
      expect(await store.read('sg-1')).toEqual(first);
      expect(await store.read('sg-2')).toEqual({ rules: [], version: 0 });
      const both = { rules: [...first.rules, { rule: everything, bans: ['2001:db8::/48'], revokedAt: 7 }], version: 2 };
      expect(await store.write('sg-1', both)).toBe('written');
      expect(await store.read('sg-1')).toEqual(both);
      expect(await store.write('sg-1', { rules: [], version: 3 })).toBe('written');
      expect(await store.read('sg-1')).toEqual({ rules: [], version: 3 });
    });

    it('writes only over the version it was computed from', async () => {
      const store = await create();
      expect(await store.write('sg-1', { ...first, version: 2 })).toBe('conflict');
      await store.write('sg-1', first);
      expect(await store.write('sg-1', first)).toBe('conflict');
      expect(await store.write('sg-1', { ...first, version: 3 })).toBe('conflict');
      expect(await store.write('sg-1', { rules: [], version: 2 })).toBe('written');
      expect(await store.write('sg-1', { ...first, version: 1 })).toBe('conflict');
    });

    it('lets one of several writers at once through', async () => {
      const store = await create();
      for (const version of [1, 2]) {
        const answers = await Promise.all(Array.from({ length: 4 }, () => store.write('sg-1', { ...first, version })));
        expect(answers.sort()).toEqual(['conflict', 'conflict', 'conflict', 'written']);
      }
    });
  });
}
