import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { lastUsesQuery, readLastUses } from '#audit/last-uses-store.ts';
import type { Database } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrate.ts';
import { migrations } from '#root/migrations/all.ts';
import { onEachDatabase } from './open-databases.ts';

/** One service that is asked every few minutes, of 20 that a citizen has. */
const EVENTS = 5_000;
/** Each with ten events: a busy citizen is one of many, and the planner knows it. */
const OTHERS = 5_000;
const SERVICES = 20;

type Node = {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Index Name'?: string;
  'Node Type': string;
  Plans?: Node[];
};

onEachDatabase((databases) => {
  let database: Database;
  beforeAll(async () => {
    database = databases().first.database;
    await migrate(database, migrations);
    await sql`
      insert into audit_events (name, citizen_id, client_id, details, at)
      select case when n % 3 = 0 then 'claims.released' else 'tokens.issued' end,
        case when n <= ${EVENTS} then 'busy' else 'citizen-' || n % ${OTHERS} end,
        'service-' || case when n % 50 = 0 then (n / 50) % ${SERVICES} else 0 end, '{}', to_timestamp(1700000000 + n)
      from generate_series(1, ${EVENTS + 10 * OTHERS}::int) as n`.execute(database);
    await sql`insert into audit_events (name, citizen_id, client_id, details) values
      ('authorization.refused', 'busy', 'refused-there', '{}'), ('tokens.issued', 'idle', 'once', '{}'),
      ('session.ended', 'busy', null, '{}')`.execute(database);
    await sql`analyze audit_events`.execute(database);
  }, 60_000);

  test('the last use of every service is what reading every event of the citizen says', async () => {
    const { rows } = await sql<{ client_id: string; at: Date }>`
      select client_id, max(at) as at from audit_events
      where citizen_id = 'busy' and name = 'tokens.issued' group by client_id`.execute(database);
    const uses = await readLastUses(database, 'busy');
    expect(uses.size).toBe(SERVICES);
    expect(uses).toEqual(new Map(rows.map(({ client_id, at }) => [client_id, at.getTime()])));
    expect([...(await readLastUses(database, 'idle')).keys()]).toEqual(['once']);
    expect(await readLastUses(database, 'nobody')).toEqual(new Map());
  });

  test('and costs as much as there are services, not as many events as there were', async () => {
    const read = async (query: ReturnType<typeof sql>): Promise<Node[]> => {
      const explained = await sql<{ 'QUERY PLAN': [{ Plan: Node }] }>`
        explain (analyze, timing off, format json) ${query}`.execute(database);
      return flat(explained.rows[0]?.['QUERY PLAN'][0].Plan).filter(({ Plans }) => Plans === undefined);
    };
    const rowsOf = (nodes: readonly Node[]) =>
      nodes.reduce(
        (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        0,
      );
    const scans = await read(lastUsesQuery('busy'));
    expect(new Set(scans.flatMap((node) => node['Index Name'] ?? []))).toEqual(new Set(['audit_events_last_uses']));
    expect(rowsOf(scans)).toBeLessThan(4 * SERVICES);
    // The control: this count sees a query that reads them all.
    const all = sql`select client_id, max(at) from audit_events where citizen_id = 'busy' group by client_id`;
    expect(rowsOf(await read(all))).toBeGreaterThanOrEqual(EVENTS);
  });
});

function flat(node: Node | undefined): Node[] {
  return node === undefined ? [] : [node, ...(node.Plans ?? []).flatMap(flat)];
}
