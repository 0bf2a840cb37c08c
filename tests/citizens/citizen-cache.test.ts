import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { type CitizenCache, createCitizenCache } from '#citizens/citizen-cache.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import { SECOND } from '#platform/durations.ts';

import { type OpenCitizens, openCitizens, someCitizen } from './open-citizens.ts';

/** Two instances over one database: the room's own feed announces, this one's feed hears. */
let room: OpenCitizens;
let cache: CitizenCache;
let asked: string[];
let feed: ReturnType<typeof createChangeFeed>;
let isDatabaseDown: boolean;

beforeAll(async () => {
  room = await openCitizens();
}, 60_000);
afterAll(() => room.close());

beforeEach(async () => {
  asked = [];
  isDatabaseDown = false;
  feed = createChangeFeed({ database: room.database, clock: room.clock, pollEveryMs: 0 });
  const mayFail = { ...feed, poll: () => (isDatabaseDown ? Promise.reject(new Error('no database')) : feed.poll()) };
  cache = createCitizenCache({
    changeFeed: mayFail,
    async findById(id) {
      asked.push(id);
      if (isDatabaseDown) throw new Error('no database');
      return room.citizens.findById(id);
    },
  });
  await feed.poll();
});

async function saved() {
  const citizen = someCitizen();
  await room.citizens.save(citizen);
  return citizen;
}

test('a citizen is asked for once, however often they are looked up', async () => {
  const { id } = await saved();
  for (let i = 0; i < 5; i++) expect((await cache.find(id))?.id).toBe(id);
  expect(asked).toEqual([id]);
});

test('those who miss together share one query', async () => {
  const { id } = await saved();
  await Promise.all(Array.from({ length: 20 }, () => cache.find(id)));
  expect(asked).toEqual([id]);
});

describe('a change made by another instance', () => {
  test('is seen as soon as the feed tells it', async () => {
    const { id } = await saved();
    await cache.find(id);
    await room.citizens.setState(id, 'locked', 'asked-for');
    await feed.poll();
    expect(await cache.find(id)).toMatchObject({ state: 'locked' });
  });

  test('is seen after 5 s although the feed told nothing', async () => {
    const { id } = await saved();
    await cache.find(id);
    await room.citizens.setState(id, 'locked', 'asked-for');
    room.clock.advance(5 * SECOND);
    expect(await cache.find(id)).toMatchObject({ state: 'locked' });
  });

  test('control: within the time that the feed is trusted, what is kept is answered', async () => {
    const { id } = await saved();
    await cache.find(id);
    await room.citizens.setState(id, 'locked', 'asked-for');
    room.clock.advance(1 * SECOND);
    expect(await cache.find(id)).toMatchObject({ state: 'active' });
  });

  test('is not missed by a query that was under way when it was told', async () => {
    const { id } = await saved();
    const early = cache.find(id);
    await room.citizens.setState(id, 'locked', 'asked-for');
    await feed.poll();
    await early;
    expect(await cache.find(id)).toMatchObject({ state: 'locked' });
  });
});

test('one that keeps others waiting for the feed asks it once for all of them', async () => {
  const citizens = [await saved(), await saved(), await saved()];
  room.clock.advance(5 * SECOND);
  expect(await Promise.all(citizens.map(({ id }) => cache.find(id)))).toHaveLength(3);
  expect(feed.silentForMs()).toBe(0);
});

test('a citizen who was absent is found once they are there', async () => {
  const citizen = someCitizen();
  expect(await cache.find(citizen.id)).toBeUndefined();
  await room.citizens.save(citizen);
  expect((await cache.find(citizen.id))?.id).toBe(citizen.id);
});

test('a query that failed is not remembered', async () => {
  const { id } = await saved();
  isDatabaseDown = true;
  await expect(cache.find(id)).rejects.toThrow('no database');
  isDatabaseDown = false;
  expect((await cache.find(id))?.id).toBe(id);
});

test('without the database nobody is vouched for longer than 5 s', async () => {
  const { id } = await saved();
  await cache.find(id);
  isDatabaseDown = true;
  expect((await cache.find(id))?.id, 'for a moment the kept answer serves').toBe(id);
  room.clock.advance(5 * SECOND);
  await expect(cache.find(id)).rejects.toThrow('no database');
});

test('after close the cache hears no more changes', async () => {
  const { id } = await saved();
  await cache.find(id);
  cache.close();
  await room.citizens.setState(id, 'locked', 'asked-for');
  await feed.poll();
  await cache.find(id);
  expect(asked).toEqual([id]);
});
