import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { createApprovals, type PerformAct } from '#operators/approvals.ts';
import { APPROVAL_ACTS, type ApprovalAct } from '#operators/approvals-store.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import type { Database } from '#platform/database/database.ts';
import { ROWS_IN_A_PAGE } from '#platform/database/in-pages.ts';
import { DAY, SECOND } from '#platform/durations.ts';
import { fingerprintOf } from '#relying-parties/acceptance/fingerprint.ts';
import { createLapsesStore } from '#relying-parties/acceptance/lapses-store.ts';
import { createReruns } from '#relying-parties/acceptance/reruns.ts';
import { createAcceptanceRunsStore } from '#relying-parties/acceptance/runs-store.ts';
import { listAskedAbout } from '#relying-parties/asked-about-store.ts';
import { watchClientKeys } from '#relying-parties/key-notices.ts';
import { createKeyNoticesStore } from '#relying-parties/key-notices-store.ts';
import { createListKeySetReaders } from '#relying-parties/key-set-readers.ts';
import { createLiveEntriesStore } from '#relying-parties/live-entries-store.ts';
import { createListMovedOn } from '#relying-parties/moved-on.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { migratedDatabase } from '#tests/support/servers.ts';

/** What queues and rounds ask of a large registry: counted, because on one machine every query is quick. */
const MANY = 2 * ROWS_IN_A_PAGE + 50;
const PAGES = 3;

let database: Database;
let queries = 0;
const clock = createFakeClock();
beforeEach(async () => {
  const address = { url: await migratedDatabase() };
  const connection = await connectDatabase({ ...address, onQuery: () => (queries += 1) });
  database = connection.database;
  queries = 0;
  await sql`insert into organisations (id, name_fa, name_en, kind, stage) values ('o', 'س', 'O', 'state', 'connected')`.execute(
    database,
  );
  return connection.close;
});

const METADATA = { redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: 'private_key_jwt' };

async function register({ many = MANY, state = 'active', metadata = METADATA as object } = {}): Promise<void> {
  await sql`insert into relying_parties
    (client_id, organisation_id, name_fa, name_en, metadata, environment, security_profile, state, revision, search_key)
    select 'client-' || lpad(n::text, 5, '0'), 'o', 'س', 'S', ${JSON.stringify(metadata)}::jsonb, 'production', 'default',
      ${state}, 2, '' from generate_series(1, ${many}::int) n`.execute(database);
}

const clientId = (n: number) => `client-${String(n).padStart(5, '0')}`;

async function counted<Answer>(act: () => Promise<Answer>): Promise<{ answer: Answer; asked: number }> {
  queries = 0;
  const answer = await act();
  return { answer, asked: queries };
}

describe('the queue of decisions', () => {
  const perform = Object.fromEntries(APPROVAL_ACTS.map((act) => [act, async () => []])) as unknown as Record<
    ApprovalAct,
    PerformAct
  >;
  const open = () =>
    createApprovals({
      database,
      perform,
      listMovedOn: createListMovedOn({
        listAskedAbout: (clientIds) => listAskedAbout(database, clientIds),
        findRelyingParty: async () => undefined,
      }),
      hasWorkedFor: async () => false,
      audit: { approvalChanged: async () => undefined },
      clock,
    });
  const proposeForAll = () =>
    sql`insert into agreement_versions (client_id, version, state, terms, proposed_by, proposed_at, valid_from)
      select client_id, 1, 'proposed', '{}', 'staff', now(), now() from relying_parties`.execute(database);
  const goesLive = (n: number, revision: number) => {
    const asked = { subject: clientId(n), askedBy: 'staff', why: 'for the test' };
    return { act: 'go-live', ...asked, payload: { revision, agreement: 1 } } as const;
  };

  test.each([1, 100])('of %i waiting requests to go live is read by two queries', async (many) => {
    await register({ many, state: 'not-live' });
    await proposeForAll();
    const approvals = open();
    for (let n = 1; n <= many; n += 1) await approvals.ask(goesLive(n, 2));
    const { answer, asked } = await counted(() => approvals.list({ state: 'waiting' }));
    expect([answer.length, asked]).toEqual([many, 2]);
  });

  test('control: one that was overtaken is found in it, and closed once', async () => {
    await register({ many: 2, state: 'not-live' });
    await proposeForAll();
    const approvals = open();
    await approvals.ask(goesLive(1, 1));
    await approvals.ask(goesLive(2, 2));
    const first = await counted(() => approvals.list({ state: 'waiting' }));
    expect(first.answer.map(({ subject }) => subject)).toEqual([clientId(2)]);
    const again = await counted(() => approvals.list({ state: 'waiting' }));
    expect([first.asked, again.asked]).toEqual([4, 2]);
  });
});

describe('the hourly look for acceptances that are due', () => {
  const started: string[] = [];
  const audited: string[] = [];
  function open() {
    started.length = 0;
    return createReruns({
      runs: {
        start: async (about) => {
          started.push(about.clientId);
          return { outcome: 'not-found' };
        },
      },
      store: createAcceptanceRunsStore({ database }),
      lapses: createLapsesStore({ database }),
      entries: createLiveEntriesStore({ database }),
      findRelyingParty: async () => undefined,
      askMinistry: async () => undefined,
      audit: { acceptanceLapsed: async ({ clientId: about }) => void audited.push(about ?? '') },
      clock,
      onError: (error) => {
        throw error;
      },
    });
  }

  async function run(n: number, askedAt: number): Promise<void> {
    const fingerprint = fingerprintOf({ metadata: METADATA as never, securityProfile: 'default' });
    await sql`insert into acceptance_runs (id, client_id, revision, fingerprint, occasion, asked_by, asked_at, state)
      values (${String(n)}, ${clientId(n)}, 2, ${fingerprint}, 'asked', 'staff', ${new Date(askedAt)}, 'green')`.execute(
      database,
    );
  }

  test('reads the registry in pages, and finds who is due on each of them', async () => {
    await register();
    const [first, onTheSecond, last] = [1, ROWS_IN_A_PAGE + 1, MANY];
    for (const n of [first, onTheSecond, last]) await run(n, clock.now() - 60 * DAY);
    await run(2, clock.now() - SECOND);
    const reruns = open();
    const { asked } = await counted(reruns.look);
    expect(started).toEqual([first, onTheSecond, last].map(clientId));
    // For each page its entries and their runs, and in the end those whose grace is over.
    expect(asked).toBe(2 * PAGES + 1);
    await reruns.stop();
  });

  test('asks about nobody but those concerned when a run has ended', async () => {
    await register();
    await sql`update relying_parties set tested_as = ${clientId(1)} where client_id = ${clientId(7)}`.execute(database);
    await run(1, clock.now());
    const reruns = open();
    const ended = { id: '1', clientId: clientId(1), state: 'red', revision: 2, fingerprint: '' } as const;
    const { asked } = await counted(() =>
      reruns.noteEnded({ ...ended, occasion: 'asked', askedBy: 'staff', askedAt: clock.now() }),
    );
    expect(audited.sort()).toEqual([clientId(1), clientId(7)]);
    expect(asked).toBeLessThanOrEqual(5);
    await reruns.stop();
  });
});

test('the look at keys reads those that sign, in pages, and nobody else', async () => {
  await register();
  await sql`update relying_parties set state = 'suspended' where client_id = ${clientId(3)}`.execute(database);
  await sql`insert into relying_parties
    (client_id, organisation_id, name_fa, name_en, metadata, environment, security_profile, state, search_key)
    values ('secret', 'o', 'س', 'S', '{"token_endpoint_auth_method": "client_secret_basic"}', 'test', 'default', 'active', '')`.execute(
    database,
  );
  await sql`update relying_parties set metadata = metadata || '{"jwks_uri": "https://last.example/jwks"}'
    where client_id = ${clientId(MANY)}`.execute(database);
  const noticed: string[] = [];
  const keys = watchClientKeys({
    entries: createLiveEntriesStore({ database }),
    fetchKeySet: async () => {
      throw new Error('nobody answers');
    },
    store: createKeyNoticesStore({ database }),
    clock,
    onNotice: (about) => noticed.push(about.clientId),
    onError: (error) => {
      throw error;
    },
  });
  const { asked } = await counted(keys.look);
  expect(noticed).toEqual([clientId(MANY)]);
  // Of each that has keys registered one statement about what is gone, and of the last its notice.
  expect(asked).toBe(PAGES + (MANY - 2) + 1);
  await keys.stop();
});

test('those who read our key set are listed in pages, with what they were told and where they fetch from', async () => {
  await register();
  const told = { ...METADATA, jwks_cache_seconds: 2 * 24 * 3600, egress_addresses: ['198.51.100.0/24'] };
  await sql`update relying_parties set metadata = ${JSON.stringify(told)}::jsonb where client_id = ${clientId(MANY)}`.execute(
    database,
  );
  const { answer, asked } = await counted(createListKeySetReaders({ database, usualCacheMs: DAY }));
  expect([answer.length, asked]).toEqual([MANY, PAGES]);
  const [first, last] = [answer[0], answer.at(-1)];
  expect([first?.cacheMs, last?.cacheMs]).toEqual([DAY, 2 * DAY]);
  expect([first, last].map((each) => each?.isFrom('198.51.100.7'))).toEqual([false, true]);
  expect(last).toMatchObject({ clientId: clientId(MANY), name: { fa: 'س', en: 'S' } });
});
