import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLedgerKeys, hashOfHead } from '#audit/ledger-head.ts';
import { connectDatabase, type DatabaseConnection } from '#platform/database/connect.ts';
import type { Database } from '#platform/database/database.ts';
import { LEDGER_CHANGES } from '#tests/audit/ledger-changes.ts';
import { LEDGER_KEY, type OpenLedger, openLedger } from '#tests/audit/open-ledger.ts';
import { migratedDatabase, openEmbedded } from '#tests/support/servers.ts';
import { faultOf } from '../../demo/check-ledger-proof.ts';

const databases: [string, () => Promise<DatabaseConnection>][] = [
  ['embedded PGlite', openEmbedded],
  ['PostgreSQL', async () => connectDatabase({ url: await migratedDatabase() })],
];

const TABLES = ['audit_events', 'ledger_entries', 'ledger_heads'];

describe.each(databases)('the ledger on %s', (_name, connect) => {
  let database: Database;
  let ledger: OpenLedger;
  beforeAll(async () => {
    const connection = await connect();
    database = connection.database;
    await openLedger(database);
    return connection.close;
  });
  beforeEach(async () => {
    ledger = await openLedger(database);
    for (const table of TABLES) await tamper(table, `truncate ${table} restart identity`);
  });

  const happen = (count: number, citizenId = 'citizen-1') =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        ledger.audit.claimsReleased({
          ...{ citizenId, clientId: 'university', claims: `given_name family_name ${index}` },
          ...{ by: 'userinfo', basis: 'consent', agreement: 1 },
        }),
      ),
    );
  /** As the owner of the tables can, who asks no trigger. */
  const tamper = async (table: string, statement: string) => {
    await sql.raw(`alter table ${table} disable trigger user`).execute(database);
    await sql.raw(statement).execute(database);
    await sql.raw(`alter table ${table} enable trigger user`).execute(database);
  };
  /** Makes a minute pass for the ledger: its heads are older than they were, and signed so. */
  const sealAll = async () => {
    const sealed = await ledger.seal();
    if (sealed !== undefined) return sealed;
    throw new Error('nothing was sealed');
  };
  const waitAMinute = async () => {
    const last = await ledger.store.lastHead();
    if (last === undefined) return;
    const { keyId: _keyId, signature: _signature, ...head } = last;
    const older = ledger.keys.sign({ ...head, at: head.at - 3_600_000 });
    await tamper(
      'ledger_heads',
      `update ledger_heads set at = to_timestamp(${older.at} / 1000.0), signature = '${older.signature}' where number = ${older.number}`,
    );
    ledger.remembered.splice(ledger.remembered.length - 1, 1, { number: older.number, hash: hashOfHead(older) });
  };
  const twoHeads = async () => {
    await happen(5);
    await sealAll();
    await waitAMinute();
    await happen(4, 'citizen-2');
    await sealAll();
  };
  const verify = () => ledger.verify({ remembered: ledger.remembered });

  test('an untouched ledger is sound, and every event stands in it once', async () => {
    await twoHeads();
    expect(await verify()).toMatchObject({ heads: 2, entries: 9, erased: 0, findings: [] });
  });

  test('an event is sealed once a minute and not more often, and by one instance when many try at once', async () => {
    await happen(3);
    const sealed = await Promise.all(Array.from({ length: 8 }, () => ledger.seal()));
    expect(sealed.filter((head) => head !== undefined)).toHaveLength(1);
    await happen(1);
    expect(await ledger.seal()).toBeUndefined();
    await waitAMinute();
    expect(await sealAll()).toMatchObject({ number: 2, entries: 1 });
  });

  test('an event that was committed late, with a lower number, is taken by the next head', async () => {
    await happen(2);
    await tamper(
      'audit_events',
      `insert into audit_events (id, name, details) overriding system value values (5000, 'x', '{}')`,
    );
    await sealAll();
    await waitAMinute();
    await tamper(
      'audit_events',
      `insert into audit_events (id, name, details) overriding system value values (4000, 'y', '{}')`,
    );
    expect(await sealAll()).toMatchObject({ entries: 1 });
    expect((await verify()).findings).toEqual([]);
  });

  test.each(LEDGER_CHANGES)('changing %s is found', async (_what, table, statement, kind) => {
    await twoHeads();
    expect((await verify()).findings).toEqual([]);
    const others = TABLES.filter((other) => other !== table);
    for (const other of others) await sql.raw(`alter table ${other} disable trigger user`).execute(database);
    for (const part of statement.split(';')) await tamper(table, part);
    for (const other of others) await sql.raw(`alter table ${other} enable trigger user`).execute(database);
    expect((await verify()).findings.map((finding) => finding.kind)).toContain(kind);
  });

  test('a whole ledger made anew under a key of the thief is found', async () => {
    await twoHeads();
    const thief = await openLedger(database, { id: LEDGER_KEY.id, secret: Buffer.alloc(32, 9) });
    await tamper('ledger_heads', 'delete from ledger_heads');
    await tamper('ledger_entries', 'delete from ledger_entries');
    await tamper('audit_events', 'delete from audit_events where id = 3');
    expect(await thief.seal()).toMatchObject({ number: 1 });
    expect((await thief.verify()).findings).toEqual([]);
    expect((await ledger.verify()).findings).toContainEqual({ kind: 'signature-wrong', head: 1 });
  });

  test.each([
    'update audit_events set name = name',
    'delete from audit_events',
    'truncate audit_events',
    `update audit_events set citizen_id = null, details = '{}'`,
    'update ledger_entries set position = position + 100',
    'delete from ledger_entries',
    'truncate ledger_entries',
    'update ledger_heads set number = number',
    'delete from ledger_heads',
    'truncate ledger_heads',
  ])('the database itself refuses: %s', async (statement) => {
    await twoHeads();
    await expect(sql.raw(statement).execute(database)).rejects.toThrow(/only/);
    expect((await verify()).findings).toEqual([]);
  });

  test('what was said of a citizen can be erased, and the ledger stays sound as long as it says so', async () => {
    await twoHeads();
    const entries = await ledger.store.erase('citizen-1');
    expect(entries).toBe(5);
    expect((await verify()).findings).toEqual([{ kind: 'erased-without-word', count: 5 }]);
    await ledger.audit.citizenErased({ entries });
    await waitAMinute();
    await sealAll();
    expect(await verify()).toMatchObject({ erased: 5, findings: [] });
    const { rows } = await sql<{
      said: string;
    }>`select string_agg(details::text || coalesce(citizen_id, ''), ' ') as said
      from audit_events where id <= 5`.execute(database);
    expect(rows[0]?.said).toBe('{} {} {} {} {}');
  });

  test('a citizen gets a proof of an entry about them, which holds offline; of others they get none', async () => {
    await twoHeads();
    for (let eventId = 1; eventId <= 9; eventId += 1) {
      const citizenId = eventId <= 5 ? 'citizen-1' : 'citizen-2';
      const found = await ledger.findProof({ eventId, citizenId });
      if (found.outcome !== 'proven') throw new Error(found.outcome);
      const proof = JSON.parse(JSON.stringify(found.proof));
      expect(faultOf(proof)).toBeUndefined();
      expect((await ledger.findProof({ eventId, citizenId: 'citizen-3' })).outcome).toBe('not-theirs');
    }
    expect(await ledger.findProof({ eventId: 99, citizenId: 'citizen-1' })).toEqual({ outcome: 'not-sealed-yet' });
  });

  test('a proof that was changed anywhere does not hold', async () => {
    await twoHeads();
    const found = await ledger.findProof({ eventId: 7, citizenId: 'citizen-2' });
    if (found.outcome !== 'proven') throw new Error(found.outcome);
    const { proof } = found;
    const flipped = (text: string) => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    const forged = [
      { ...proof, entry: { ...proof.entry, details: { claims: 'national_code' } } },
      { ...proof, entry: { ...proof.entry, citizenId: 'somebody' } },
      { ...proof, entry: { ...proof.entry, at: '1' } },
      { ...proof, salt: flipped(proof.salt) },
      { ...proof, path: proof.path.slice(1) },
      { ...proof, path: proof.path.map(({ hash, side }) => ({ side, hash: flipped(hash) })) },
      { ...proof, head: { ...proof.head, root: flipped(proof.head.root) } },
      { ...proof, head: { ...proof.head, issuer: 'https://other.example' } },
      { ...proof, head: { ...proof.head, number: 9 } },
    ];
    for (const each of forged) expect(faultOf(each)).toBeDefined();
    const [strangersKey] = Object.values(createLedgerKeys([{ id: 'x', secret: Buffer.alloc(32, 1) }]).publicKeys());
    expect(faultOf(proof, strangersKey)).toContain('signed');
    expect(faultOf(proof)).toBeUndefined();
  });
});
