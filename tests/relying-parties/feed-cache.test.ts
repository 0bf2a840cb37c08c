import { expect, test } from 'vitest';
import { createFeedCache } from '#relying-parties/feed-cache.ts';

/** A feed that the test speaks through, and a table of one row. */
function setUp() {
  let tell: (key: string) => void = () => {};
  const row = { value: { n: 1 } as { n: number } | undefined, reads: 0, held: Promise.resolve() };
  const cache = createFeedCache({
    changeFeed: {
      onChange: (_topic, listener) => {
        tell = listener;
        return () => {
          tell = () => {};
        };
      },
    },
    topic: 'rows',
    async load() {
      row.reads++;
      const { value } = row;
      await row.held;
      return value;
    },
    size: 10,
  });
  return { cache, row, tell: (key: string) => tell(key) };
}

test('callers that miss at the same time share one query, and later ones need none', async () => {
  const { cache, row } = setUp();
  await Promise.all(Array.from({ length: 100 }, () => cache.find('a')));
  await cache.find('a');
  expect(row.reads).toBe(1);
});

test('absence is remembered too, until the feed names it', async () => {
  const { cache, row, tell } = setUp();
  row.value = undefined;
  await cache.find('a');
  await cache.find('a');
  expect(row.reads).toBe(1);
  row.value = { n: 1 };
  tell('a');
  expect(await cache.find('a')).toEqual({ n: 1 });
});

test('a change that arrives while the old row is being read is not lost', async () => {
  const { cache, row, tell } = setUp();
  let letGo: () => void = () => {};
  row.held = new Promise((resolve) => {
    letGo = resolve;
  });
  const old = cache.find('a');
  row.value = { n: 2 };
  tell('a');
  letGo();
  expect(await old).toEqual({ n: 1 });
  expect(await cache.find('a')).toEqual({ n: 2 });
});

test('when the feed cannot say what changed, everything is read again', async () => {
  const { cache, row, tell } = setUp();
  await cache.find('a');
  tell('*');
  await cache.find('a');
  expect(row.reads).toBe(2);
});

test('a query that failed is asked again', async () => {
  const { cache, row } = setUp();
  row.held = Promise.reject(new Error('no database'));
  await expect(cache.find('a')).rejects.toThrow('no database');
  row.held = Promise.resolve();
  expect(await cache.find('a')).toEqual({ n: 1 });
});
