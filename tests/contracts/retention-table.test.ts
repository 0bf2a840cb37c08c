import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenCitizens, openCitizens } from '#tests/citizens/open-citizens.ts';

/**
 * docs/retention.md promises that what is not in its table is not kept. So every table of the database that speaks of a
 * person, by their id, by a hash of them or of their device, or in something sealed, has to stand there.
 */
const SPEAKS_OF_A_PERSON = /^(citizen_id|person_hash|device_hash|phone_hash|national_code|draft)$/;
/** Sealed for other reasons: keys, secrets and contacts of organisations, and keys of the whole. */
const OF_ORGANISATIONS = ['acceptance_keys', 'client_secrets', 'data_keys', 'organisation_contacts'];

let room: OpenCitizens;
beforeAll(async () => {
  room = await openCitizens();
}, 60_000);
afterAll(() => room.close());

async function missingIn(document: string): Promise<string[]> {
  const { rows } = await sql<{ table: string; columns: string[] }>`
    select table_name as "table", array_agg(column_name::text) as columns from information_schema.columns
    where table_schema = 'public' group by table_name`.execute(room.database);
  const named = new Set(Array.from(document.matchAll(/`([a-z_]+)`/g), ([, name]) => name));
  return rows
    .filter(({ table, columns }) =>
      columns.some((column) => SPEAKS_OF_A_PERSON.test(column) || (column === 'sealed' && !isOfOrganisations(table))),
    )
    .map(({ table }) => table)
    .filter((table) => !named.has(table))
    .sort();
}

const isOfOrganisations = (table: string) => OF_ORGANISATIONS.includes(table);

test('every table that speaks of a person stands in the table of retention', async () => {
  expect(await missingIn(await readFile('docs/retention.md', 'utf8'))).toEqual([]);
});

test('control: without the document all of them are missed', async () => {
  const missing = await missingIn('');
  expect(missing).toEqual(
    expect.arrayContaining(['citizens', 'evidence', 'journeys', 'person_claims', 'text_messages']),
  );
});
