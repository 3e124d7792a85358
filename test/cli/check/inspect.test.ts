import { describe, expect, it } from 'vitest';
import { vmWatch } from '../../../aws/vm-watch.ts';
import { inspect } from '../../../cli/check/inspect.ts';
import { textConfig } from '../../core/match/text-config.ts';
import { inspectedJails } from './one-jail.ts';

const FILTER = `[Definition]
failregex = ^\\s*gate: refused .*? from <HOST>
            ^\\s*gate: (?:\\w+)* from <HOST>$
            ^\\s*gate: refused <HOST>$
`;
const SOUND = { verdict: async () => ({ kind: 'sound' as const }) };

describe('an inspection', () => {
  const jails = inspectedJails(
    textConfig({
      'jail.local': ['a', 'b'].map((name) => `[${name}]\nfilter = gate\nlogpath = /var/log/${name}.log\n`).join(''),
      'filter.d/gate.conf': FILTER,
    }),
  );

  it('says of a regex that two jails share what there is to say once, with its place, in the order of the file', async () => {
    const progress: (readonly [number, number])[] = [];
    const diagnostics = await inspect(jails, {
      analyst: SOUND,
      watch: vmWatch(),
      trusted: new Set(),
      lanes: 3,
      progress: (done, all) => progress.push([done, all]),
    });
    expect(jails).toHaveLength(2);
    expect(diagnostics.map(({ code, at }) => [code, at?.file, at?.line])).toEqual([
      ['FORGEABLE_ADDRESS', 'filter.d/gate.conf', 2],
      ['EXPONENTIAL_BACKTRACKING', 'filter.d/gate.conf', 3],
    ]);
    expect(progress).toEqual(Array.from({ length: 12 }, (_, done) => [done + 1, 12]));
  });

  it('of nothing says nothing', async () => {
    expect(await inspect([], { analyst: SOUND, watch: vmWatch(), trusted: new Set(), lanes: 2 })).toEqual([]);
  });
});
