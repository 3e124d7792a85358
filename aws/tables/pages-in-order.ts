/**
 * Merges the pages of several sources, each in ascending order, into pages of one order. It holds
 * at most one page of each source, so a caller that stops early has read little in vain.
 */
export async function* pagesInOrder<T>(
  sources: readonly AsyncIterable<readonly T[]>[],
  rank: (item: T) => number,
): AsyncGenerator<readonly T[]> {
  let open = await opened(sources.map((source) => ({ pages: source[Symbol.asyncIterator](), items: [] })));
  while (open.length > 0) {
    // Items that a source has yet to return sort after the last item it has returned.
    const known = Math.min(...open.map(({ items }) => rank(items.at(-1) as T)));
    const next: T[] = [];
    for (const source of open) {
      const count = source.items.findIndex((item) => rank(item) > known);
      next.push(...source.items.splice(0, count < 0 ? source.items.length : count));
    }
    yield next.sort((a, b) => rank(a) - rank(b));
    open = await opened(open);
  }
}

interface Source<T> {
  readonly pages: AsyncIterator<readonly T[]>;
  items: T[];
}

/** Fills the empty sources, and drops those that stay empty. */
async function opened<T>(sources: readonly Source<T>[]): Promise<readonly Source<T>[]> {
  await Promise.all(
    sources.map(async (source) => {
      while (source.items.length === 0) {
        const { done, value } = await source.pages.next();
        if (done) return;
        source.items = [...value];
      }
    }),
  );
  return sources.filter(({ items }) => items.length > 0);
}
