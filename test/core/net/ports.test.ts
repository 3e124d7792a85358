import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eitherPorts, type PortRange } from '../../../core/net/ports.ts';

const range = fc
  .record({
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    from: fc.integer({ min: 0, max: 20 }),
    size: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ protocol, from, size }): PortRange => ({ protocol, from, to: from + size }));
const ranges = fc.array(range, { maxLength: 6, size: 'max' });

function members(list: readonly PortRange[]): Set<string> {
  return new Set(
    list.flatMap(({ protocol, from, to }) =>
      Array.from({ length: to - from + 1 }, (_, i) => `${protocol} ${from + i}`),
    ),
  );
}

describe('eitherPorts', () => {
  it('has the ports of both and no others, in the fewest ranges', () => {
    fc.assert(
      fc.property(ranges, ranges, (some, others) => {
        const union = eitherPorts(some, others);
        if (union === 'all') throw new Error('all ports');
        expect(members(union)).toEqual(members([...some, ...others]));
        for (const [i, { protocol, from }] of union.entries()) {
          const before = union[i - 1];
          expect(before?.protocol === protocol && before.to >= from - 1).toBe(false);
        }
      }),
    );
  });

  it('is all when either is', () => {
    expect(eitherPorts('all', [])).toBe('all');
    expect(eitherPorts([], 'all')).toBe('all');
  });
});
