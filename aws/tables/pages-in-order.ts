/**
 * The pages of several sources, each in ascending order, as pages of one order. Never holds more
 * than one page of each source, so that whoever stops early has read little for nothing.
 */
export async function* pagesInOrder<T>(
  sources: readonly AsyncIterable<readonly T[]>[],
  rank: (item: T) => number,
): AsyncGenerator<readonly T[]> {
  let open = await opened(sources.map((source) => ({ pages: source[Symbol.asyncIterator](), items: [] })));
  while (open.length > 0) {
    // What a source has not handed out yet ranks behind the last of what it has.
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

/** Fills those that are empty, and leaves out those that stay so. */
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
