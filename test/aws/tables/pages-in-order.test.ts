import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagesInOrder } from '../../../aws/tables/pages-in-order.ts';

/** Pages of ascending numbers, some of them empty. */
const source = fc.array(fc.nat(50), { maxLength: 30, size: 'max' }).chain((numbers) =>
  fc.array(fc.nat(6), { maxLength: 20, size: 'max' }).map((sizes) =>
    cut(
      [...numbers].sort((a, b) => a - b),
      sizes,
    ),
  ),
);

function cut(items: readonly number[], sizes: readonly number[]): readonly (readonly number[])[] {
  const pages: (readonly number[])[] = [];
  let from = 0;
  for (const size of [...sizes, items.length]) {
    pages.push(items.slice(from, from + size));
    from += size;
  }
  return pages;
}

async function* reading(pages: readonly (readonly number[])[], onPage: () => void) {
  for (const page of pages) {
    onPage();
    yield page;
  }
}

describe('pagesInOrder', () => {
  it('hands out everything once, in order, however the sources are cut', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(source, { maxLength: 4, size: 'max' }), async (sources) => {
        const all: number[] = [];
        for await (const page of pagesInOrder(
          sources.map((pages) => reading(pages, () => undefined)),
          (item) => item,
        )) {
          expect(page.length).toBeGreaterThan(0);
          all.push(...page);
        }
        expect(all).toEqual(sources.flat(2).sort((a, b) => a - b));
        seen += all.length;
      }),
      { numRuns: 300 },
    );
    expect(seen).toBeGreaterThan(5000);
  });

  it('reads one page of each source for the first of its own', async () => {
    let read = 0;
    const pages = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const sources = [0, 1, 2].map(() => reading(pages, () => (read += 1)));
    const first = await pagesInOrder(sources, (item) => item).next();
    expect(first.value).toEqual([1, 1, 1, 2, 2, 2]);
    expect(read).toBe(3);
  });
});
