import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { placeInCitizens } from '#citizens/citizen-row.ts';
import { systemClock } from '#platform/clock.ts';
import { MINUTE, SECOND } from '#platform/durations.ts';
import { addDataKey, openDataKeys } from '#platform/sealing/data-keys.ts';
import { readMasterKeys } from '#platform/sealing/master-keys.ts';
import { createSealer, type DataKey, SealBroken } from '#platform/sealing/sealer.ts';
import { SEALED_DRAFTS } from '#proofing/journeys-store.ts';
import { runKeys } from '#root/commands/keys-program.ts';
import { openSigningKeysFrom } from '#root/commands/open-for-keys.ts';
import { connectFrom } from '#root/commands/open-stores.ts';
import { someCitizen } from '#tests/citizens/open-citizens.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { startWithCommands } from '#tests/support/commands.ts';
import { phoneOfCitizen } from '#tests/support/strong-citizen.ts';

let world: Awaited<ReturnType<typeof startWithCommands>>;
let store: Awaited<ReturnType<typeof connectFrom>>;
beforeAll(async () => {
  world = await startWithCommands();
  store = await connectFrom(world.provider.services.settings);
  const people = Array.from({ length: 2000 }, () => someCitizen());
  while (people.length > 0)
    await Promise.all(people.splice(0, 100).map((person) => world.provider.services.people.citizens.save(person)));
}, 120_000);
afterAll(async () => {
  await store.close();
  await world.provider.close();
});

const masterKeys = () => readMasterKeys({ folder: world.provider.services.settings.keysFolder });
const keysOfCitizens = () => openDataKeys({ database: store.database, masterKeys: masterKeys(), purpose: 'citizens' });

/** The command in this process, which waits for seconds instead of minutes. */
async function keys(line: string, timing = { settleMs: 3 * SECOND, forgetAfterMs: 0 }) {
  const said: string[] = [];
  const exitCode = await runKeys(line.split(' '), {
    open: openSigningKeysFrom(world.provider.services.settings, timing),
    makeMasterKey: () => '',
    print: (text) => said.push(text),
    printError: (text) => said.push(text),
    person: 'sara',
  });
  return { exitCode, said: said.join('\n') };
}

/** Every sealed value of the whole database, as a stolen dump has them. */
async function dump(): Promise<string[]> {
  const { rows: columns } = await sql<{ name: string; column: string }>`
    select table_name as name, column_name as column from information_schema.columns
    where table_schema = 'public' and data_type = 'text'`.execute(store.database);
  const values = await Promise.all(
    columns.map(async ({ name, column }) => {
      const of = sql<{ value: string }>`select ${sql.ref(column)} as value from ${sql.table(name)}
        where ${sql.ref(column)} like 'v1.%'`;
      return (await of.execute(store.database)).rows.map(({ value }) => value);
    }),
  );
  return values.flat();
}
const naming = (values: readonly string[], { id }: { id: string }) =>
  values.filter((value) => value.startsWith(`v1.${id}.`)).length;

/** What a thief reads of this citizen with that key, whatever key the value says it lies under. */
async function readWith(key: DataKey, citizenId: string): Promise<string> {
  const { rows } = await sql<{ sealed: string }>`select national_code as sealed from citizens
    where id = ${citizenId}`.execute(store.database);
  const relabelled = (rows[0]?.sealed ?? '').replace(/^v1\.[^.]+/, `v1.${key.id}`);
  return createSealer([key]).unseal(relabelled, placeInCitizens(citizenId, 'national_code')).toString();
}

async function plant(key: DataKey, { citizenId, phone }: { citizenId: string; phone: string }): Promise<void> {
  const sealed = createSealer([key]).seal(phone, placeInCitizens(citizenId, 'phone'));
  await sql`update citizens set phone = ${sealed} where id = ${citizenId}`.execute(store.database);
}

/** People who come and go while the keys change. Answers what went wrong, once it is asked to stop. */
function useBeside(): () => Promise<{ acts: number; failures: unknown[] }> {
  const { citizens } = world.provider.services.people;
  const failures: unknown[] = [];
  let isOver = false;
  let acts = 0;
  onTestFinished(() => {
    isOver = true;
  });
  const using = (async () => {
    while (!isOver) {
      try {
        const newcomer = someCitizen();
        await citizens.save(newcomer);
        for (const { id } of [newcomer, ...world.provider.citizens])
          if ((await citizens.findById(id)) === undefined) failures.push(`${id} is gone`);
        acts += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  })();
  return async () => {
    isOver = true;
    await using;
    return { acts, failures };
  };
}

async function signIn(): Promise<number> {
  const { issuer, citizens, password } = world.provider;
  const browser = createBrowser();
  const page = await browser.open(`${issuer}/enter`, { stayAt: issuer });
  const fields = { national_code: citizens[0]?.nationalCode ?? '', password };
  await browser.submit(page, fields, { stayAt: issuer });
  return (await browser.open(`${issuer}/account`, { stayAt: issuer })).status;
}

test('after a renewal a stolen key opens nothing in the database, and the server beside it lost nothing and refused nobody', async () => {
  const { provider } = world;
  const [citizen] = provider.citizens;
  if (citizen === undefined) throw new Error('there is no demo citizen');
  await createBrowser().open(`${provider.issuer}/enrol`);
  const browser = createBrowser();
  await browser.submit(await browser.open(`${provider.issuer}/enrol`), {});
  const [stolen] = await keysOfCitizens();
  const before = await dump();
  expect(naming(before, stolen), 'control: it opens a nation').toBeGreaterThan(4000);
  expect(await readWith(stolen, citizen.id)).toBe(citizen.nationalCode);
  const { rows: drafts } = await sql<{ id: string; draft: string }>`select id, draft from journeys`.execute(
    store.database,
  );
  for (const draft of drafts) createSealer([stolen]).unseal(draft.draft, SEALED_DRAFTS.place(draft));
  expect(drafts.length).toBeGreaterThan(0);

  expect(await keys('renew-citizens-key --dry-run')).toMatchObject({ exitCode: 0 });
  expect(await keys('forget-citizens-keys')).toMatchObject({ exitCode: 3 });
  const stop = useBeside();
  const renewed = await keys('renew-citizens-key --json');
  const patient = { settleMs: 0, forgetAfterMs: 15 * MINUTE };
  expect(await keys('forget-citizens-keys', patient), 'codes in Redis').toMatchObject({
    exitCode: 3,
    said: expect.stringContaining('may need the older key'),
  });
  await plant(stolen, { citizenId: citizen.id, phone: phoneOfCitizen(0) });
  expect(await provider.services.people.citizens.findById(citizen.id), 'control: it is still taken').toMatchObject({
    phone: phoneOfCitizen(0),
  });
  const forgotten = await keys('forget-citizens-keys');
  expect([renewed.exitCode, forgotten]).toEqual([0, { exitCode: 0, said: expect.stringContaining(stolen.id) }]);
  const { acts, failures } = await stop();
  expect(failures).toEqual([]);
  expect(acts).toBeGreaterThan(10);

  const [newest, ...older] = await keysOfCitizens();
  expect(older).toEqual([]);
  const after = await dump();
  expect([naming(after, stolen), naming(after, newest) >= naming(before, stolen)]).toEqual([0, true]);
  await expect(readWith(stolen, citizen.id)).rejects.toThrow(SealBroken);
  expect(await readWith(newest, citizen.id), 'control').toBe(citizen.nationalCode);
  expect(await signIn()).toBe(200);

  // Nor can a thief who writes to the database speak with it.
  await plant(stolen, { citizenId: citizen.id, phone: '+989120000666' });
  const found = () => provider.services.people.citizens.findById(citizen.id).then(() => 'taken', String);
  await expect.poll(found).toContain('not available');
  await plant(newest, { citizenId: citizen.id, phone: phoneOfCitizen(0) });
  expect(await signIn()).toBe(200);

  const { rows: heard } = await sql<{ act: string; by: string }>`select details->>'act' as act, details->>'by' as by
    from audit_events where name = 'data-key.changed' order by id`.execute(store.database);
  expect(heard.map(({ act, by }) => `${by}: ${act}`)).toEqual(['sara: made', 'sara: sealed-anew', 'sara: forgotten']);
}, 120_000);

test('killed half way and begun again a renewal goes on with the same key and loses nothing, with people beside it', async () => {
  const [before] = await keysOfCitizens();
  const sealsFrom = systemClock.now() + 3 * SECOND;
  const made = await store.database
    .transaction()
    .execute((transaction) =>
      addDataKey(transaction, { masterKeys: masterKeys(), purpose: 'citizens', sealsFrom, after: before.id }),
    );
  const stop = useBeside();
  const child = world.start('keys', ['renew-citizens-key', '--by', 'reza']);
  const resealed = async () => {
    const { rows } = await sql<{ old: number; anew: number }>`
      select count(*) filter (where birth_date like ${`v1.${before.id}.%`})::int as old,
        count(*) filter (where birth_date like ${`v1.${made.id}.%`})::int as anew from citizens`.execute(
      store.database,
    );
    return rows[0] ?? { old: 0, anew: 0 };
  };
  await expect.poll(async () => (await resealed()).anew, { timeout: 30_000, interval: 5 }).toBeGreaterThan(400);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(naming(await dump(), before), 'control: it was not through').toBeGreaterThan(0);

  const { code, all } = await world.run('keys', ['renew-citizens-key', '--by', 'reza']);
  expect([code, all]).toEqual([0, expect.stringContaining(`under the data key ${made.id}`)]);
  expect(await keys('forget-citizens-keys')).toMatchObject({ exitCode: 0 });
  expect((await stop()).failures).toEqual([]);
  expect(naming(await dump(), before)).toBe(0);
  const { rows } = await sql<{ id: string }>`select id from citizens`.execute(store.database);
  expect(rows.length).toBeGreaterThan(2000);
  for (const { id } of rows) await world.provider.services.people.citizens.findById(id);
  expect(await signIn()).toBe(200);
}, 120_000);
