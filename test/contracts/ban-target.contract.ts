import { beforeEach, describe, expect, it } from 'vitest';
import type { BanTarget, TargetChange, WantedBan } from '../../core/ports/ban-target.ts';

/** A target to test, and its console: what stands in it, changed and read past the API. */
export interface TargetUnderTest {
  readonly target: BanTarget;
  /** Canonical ids, sorted. */
  entries(): readonly string[];
  /** Another writer writes these in place of what is there. */
  overwrite(ids: readonly string[]): void;
  /** Runs `act` when the target's next write arrives, before it is served. */
  beforeNextWrite(act: () => void): void;
  /**
   * A firewall without lock tokens: the target can't know of another's write before its own, and
   * asks again afterward.
   */
  readonly verifies?: true;
  /** Calls made since the last question, by kind. */
  callsSince(): { readonly reads: number; readonly writes: number };
}

/** What every BanTarget must do. @param create an empty target */
export function banTargetContract(name: string, create: () => Promise<TargetUnderTest>): void {
  const [a, b, foreign] = ['198.51.100.1', '198.51.100.2', '203.0.113.9'] as const;

  describe(`BanTarget contract: ${name}`, () => {
    let under: TargetUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    const converge = (present: readonly string[], absent: readonly string[] = []) =>
      under.target.converge([...present, ...absent], async () => ({ present: present.map(wanted), absent }));

    it('puts ids in and takes them out, the last one too', async () => {
      expect(await converge([a, b])).toMatchObject({ added: [a, b], removed: [], overflow: [] });
      expect(under.entries()).toEqual([a, b]);
      expect(await converge([], [a])).toMatchObject({ added: [], removed: [a], held: 1 });
      await converge([], [b]);
      expect(under.entries()).toEqual([]);
    });

    it('takes IPv6 ranges and addresses, and recognizes them again', async () => {
      const v6 = ['2001:db8:0:1::/64', '2001:db8::7'];
      await converge(v6);
      under.callsSince();
      expect(await converge(v6)).toMatchObject({ added: [], removed: [] });
      expect(under.callsSince().writes).toBe(0);
      await converge([], v6);
      expect(under.entries()).toEqual([]);
    });

    it('writes nothing when nothing changes', async () => {
      await converge([a]);
      under.callsSince();
      await converge([a], [b]);
      expect(under.callsSince()).toEqual({ reads: 1, writes: 0 });
    });

    it('leaves what others put in', async () => {
      under.overwrite([foreign]);
      await converge([a]);
      await converge([], [a]);
      expect(under.entries()).toEqual([foreign]);
    });

    it('reads again and asks again when another writer wrote in between, and keeps their change', async () => {
      await converge([a]);
      const seen: string[][] = [];
      under.beforeNextWrite(() => under.overwrite([a, foreign]));
      await under.target.converge([a, b], async (held): Promise<TargetChange> => {
        seen.push([...held].sort());
        return { present: [wanted(b)], absent: [a] };
      });
      if (under.verifies) expect(seen.slice(1).flat()).toContain(foreign);
      else expect(seen).toEqual([[a], [a, foreign]]);
      expect(under.entries()).toEqual([b, foreign]);
    });

    it('shows the plan everything it holds, whatever the family', async () => {
      under.overwrite([a, foreign]);
      await converge(['2001:db8::/64']);
      let seen: readonly string[] = [];
      await under.target.converge('all', async (held) => {
        seen = [...held].sort();
        return { present: [], absent: [] };
      });
      expect(seen).toEqual([a, '2001:db8::/64', foreign]);
    });
  });
}

function wanted(id: string): WantedBan {
  return { id, ports: 'all' };
}
