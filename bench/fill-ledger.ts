import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';

/** Entries, spread over so many citizens one after the other, so that those of one lie far apart. */
type Wanted = { entries: number; citizens: number };

/** What a citizen's life leaves behind: arrivals with what they release, and now and then something else. */
const FILL = `
  insert into audit_events (name, citizen_id, client_id, details, at)
  select kind.name, citizen.id, case when kind.name like 'citizen.%' then null else 'bench-' || (number / $1) % 7 end,
    kind.details, now() - interval '90 days' + number * (interval '89 days' / $2)
  from generate_series(1, $2::int) number
  join (select id, row_number() over (order by id) - 1 as place from citizens) citizen on citizen.place = number % $1
  join (values
    (0, 'authorization.granted', '{"scopes": "openid profile", "acr": "urn:panjereh:acr:password"}'::jsonb),
    (1, 'tokens.issued', '{"grant": "authorization_code", "scopes": "openid profile"}'),
    (2, 'claims.released', '{"claims": "given_name family_name", "by": "userinfo", "basis": "consent", "agreement": 1}'),
    (3, 'citizen.signed-in', '{"acr": "urn:panjereh:acr:password", "sharedComputer": false, "network": "5.22.0.0/16"}')
  ) as kind (place, name, details) on kind.place = (number / $1) % 4
  order by number`;

/** More citizens, copies of one of them that nobody visits. */
const COPY = `
  insert into citizens
  select (jsonb_populate_record(null::citizens, to_jsonb(model)
    || jsonb_build_object('id', 'copy-' || number, 'national_code_hash', md5(number::text)))).*
  from (select * from citizens limit 1) model, generate_series(1, $1::int) number`;

export async function fillLedger(databaseUrl: string, { entries, citizens }: Wanted): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ there: number }>('select count(*)::int as there from citizens');
  await client.query(COPY, [citizens - (rows[0]?.there ?? 0)]);
  await client.query(FILL, [citizens, entries]);
  await client.query('analyze');
  await client.end();
}

/** Resolves when the server has put everything under signed heads; milliseconds that it spent on it are the caller's to read. */
export async function waitUntilSealed(databaseUrl: string, entries: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  for (;;) {
    const { rows } = await client.query<{ sealed: number }>(
      'select coalesce(sum(entries), 0)::int as sealed from ledger_heads',
    );
    if ((rows[0]?.sealed ?? 0) >= entries) break;
    await wait(500);
  }
  await client.query('analyze');
  await client.end();
}
