import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { connectDatabase, type DatabaseConnection } from '#platform/database/connect.ts';
import { MINUTE } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import { CASE_IDS } from '#relying-parties/acceptance/case-ids.ts';
import { createAcceptanceRunsStore } from '#relying-parties/acceptance/runs-store.ts';
import { type Careless, setUp, startCareless } from '#tests/support/acceptance.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';

/** An instance that dies leaves what the database holds then: a run that it had leased, and what it had found so far. */
const CLIENT = 'uni';
const LEASE = 6 * MINUTE;
const clock = createFakeClock(systemClock.now());
let connection: DatabaseConnection;
let living: TestProvider;
let university: Careless;

beforeAll(async () => {
  const stores = await realStores();
  living = await startProvider({ stores, clock });
  connection = await connectDatabase({ url: stores.databaseUrl, poolSize: 1 });
  university = await startCareless(living, { clientId: CLIENT });
  // The honest case fails at once, so that a run is short.
  await setUp(living, { clientId: CLIENT, url: university.url, startPath: '/' });
});
afterAll(async () => {
  university.close();
  await connection.close();
  await living.close();
});

async function beginAndDie({ worker }: { worker: string }) {
  const store = createAcceptanceRunsStore(connection);
  const about = { clientId: CLIENT, revision: 1, fingerprint: 'x', occasion: 'asked', askedBy: 'tests' } as const;
  await store.add({ ...about, id: rowId(), askedAt: clock.now() });
  const run = await dieOf(worker);
  return { store, run };
}

async function dieOf(worker: string) {
  const store = createAcceptanceRunsStore(connection);
  const run = await store.takeNext({ worker, at: clock.now(), leasedUntil: clock.now() + LEASE });
  if (run === undefined) throw new Error('there was no run to die of');
  const result = { caseId: 'honest', verdict: 'passed', seen: 'signed-in', exchange: [] } as const;
  await store.addResult({ id: run.id, worker, leasedUntil: clock.now() + LEASE }, { result, position: 1 });
  return run;
}

test('the run of an instance that died is begun anew by another, once its lease is over', async () => {
  const { store, run } = await beginAndDie({ worker: 'dead' });
  const { acceptance } = living.services;
  clock.advance(LEASE - 1);
  await acceptance.work();
  expect(await acceptance.runs.find(run.id)).toMatchObject({ state: 'running', results: [{ verdict: 'passed' }] });
  clock.advance(1);
  await acceptance.work();
  const ended = await acceptance.runs.find(run.id);
  expect(ended).toMatchObject({ state: 'red' });
  expect(ended?.results.map(({ caseId }) => caseId)).toEqual(CASE_IDS);
  // Who was only slow has nothing more to say.
  expect(await store.end({ id: run.id, worker: 'dead', state: 'green', at: clock.now() })).toBe(false);
});

test('a run that two instances died of is broken and says so, and the run before it goes on to count', async () => {
  const { run } = await beginAndDie({ worker: 'dead' });
  clock.advance(LEASE);
  expect((await dieOf('dead-as-well')).id).toBe(run.id);
  clock.advance(LEASE);
  const { acceptance } = living.services;
  await acceptance.work();
  expect(await acceptance.runs.find(run.id)).toMatchObject({ state: 'broken', brokenWhy: 'instance-lost' });
  expect(await createAcceptanceRunsStore(connection).findLatestEnded(CLIENT)).toMatchObject({ state: 'red' });
});
