import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIncidentsStore, type IncidentsStore } from '#citizens/incidents-store.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { type OpenCitizens, openCitizens, someCitizen } from '#tests/citizens/open-citizens.ts';
import { migratedDatabase, openEmbedded } from '#tests/support/servers.ts';

const databases = {
  'the embedded database': openEmbedded,
  PostgreSQL: async () => connectDatabase({ url: await migratedDatabase(), poolSize: 4 }),
};

describe.each(Object.entries(databases))('incidents on %s', (_name, connect) => {
  let room: OpenCitizens;
  let incidents: IncidentsStore;
  let citizenId = '';
  let event = 0;

  beforeAll(async () => {
    room = await openCitizens(await connect());
    const citizen = someCitizen();
    await room.citizens.save(citizen);
    citizenId = citizen.id;
    incidents = createIncidentsStore(room);
  });
  afterAll(() => room.close());

  const report = () => {
    event += 1;
    return incidents.report({ citizenId, eventId: event });
  };

  test('the same event reported again is the same incident', async () => {
    const first = await report();
    expect(await incidents.report({ citizenId, eventId: event })).toEqual(first);
    expect(first).toMatchObject({ state: 'waiting', takenBy: undefined, closed: undefined });
  });

  test('of two who take one at once, one has it', async () => {
    const { id } = await report();
    const taken = await Promise.all([incidents.take({ id, by: 'sara' }), incidents.take({ id, by: 'reza' })]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await incidents.find(id)).toMatchObject({ state: 'taken', takenBy: taken[0] ? 'sara' : 'reza' });
  });

  test('only whoever works on it lets go of it or closes it, and closed it stays as it is', async () => {
    const { id } = await report();
    const note = 'the citizen was travelling';
    expect(await incidents.close({ id, by: 'sara', note })).toBe(false);
    expect(await incidents.take({ id, by: 'sara' })).toBe(true);
    expect(await incidents.letGo({ id, by: 'reza' })).toBe(false);
    expect(await incidents.letGo({ id, by: 'sara' })).toBe(true);
    expect(await incidents.take({ id, by: 'reza' })).toBe(true);
    expect(await incidents.close({ id, by: 'sara', note })).toBe(false);
    expect(await incidents.close({ id, by: 'reza', note })).toBe(true);
    expect(await incidents.find(id)).toMatchObject({ state: 'closed', closed: { by: 'reza', note } });
    expect(await incidents.take({ id, by: 'sara' })).toBe(false);
    expect(await incidents.letGo({ id, by: 'reza' })).toBe(false);
    expect(await incidents.close({ id, by: 'reza', note: 'again' })).toBe(false);
  });

  test('open ones are listed oldest first, closed ones newest first, page after page', async () => {
    const open = { states: ['waiting', 'taken'], limit: 100 } as const;
    const all = await incidents.list(open);
    expect(all.map(({ reportedAt }) => reportedAt)).toEqual(all.map(({ reportedAt }) => reportedAt).sort());
    expect(await incidents.countOpen()).toBe(all.length);
    const [first, ...rest] = all;
    expect(await incidents.list({ ...open, after: first?.id })).toEqual(rest);
    for (const { id, takenBy } of all) {
      if (takenBy === undefined) await incidents.take({ id, by: 'sara' });
      await incidents.close({ id, by: takenBy ?? 'sara', note: 'looked at' });
      // Of two that were closed in the same millisecond none is the newer one.
      await wait(2);
    }
    const closed = await incidents.list({ states: ['closed'], limit: 100 });
    expect(closed[0]?.id).toBe(all.at(-1)?.id);
    expect(await incidents.list({ states: ['closed'], limit: 100, after: closed[0]?.id })).toEqual(closed.slice(1));
    expect(await incidents.list({ ...open, after: 'nothing of ours' })).toEqual([]);
  });
});
