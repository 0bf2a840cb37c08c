import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { lettersWordsEn } from '#root/commands/letters-words-en.ts';
import { lettersWordsFa } from '#root/commands/letters-words-fa.ts';
import { connectFrom } from '#root/commands/open-stores.ts';
import { type Ran, startWithCommands } from '#tests/support/commands.ts';
import { type LogoutReceiver, startLogoutReceiver } from '#tests/support/logout-receiver.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import type { TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

const PHONE = '+989120000042';
const NAMES = ['good', 'deaf'] as const;

let outside: OutsideServices;
let provider: TestProvider;
let store: Awaited<ReturnType<typeof connectFrom>>;
let letters: (...args: string[]) => Promise<Ran>;
const receivers: Partial<Record<(typeof NAMES)[number], LogoutReceiver>> = {};
beforeAll(async () => {
  outside = await startOutsideServices();
  const started = await startWithCommands({ environment: outside.environment });
  ({ provider } = started);
  letters = (...args) => started.run('letters', args);
  store = await connectFrom(provider.services.settings);
  for (const clientId of NAMES) {
    const receiver = await startLogoutReceiver();
    receivers[clientId] = receiver;
    await createRelyingParty(provider, { clientId, metadata: { backchannel_logout_uri: receiver.uri } });
  }
}, 60_000);
afterAll(async () => {
  for (const receiver of Object.values(receivers)) receiver.close();
  await store.close();
  await provider.close();
  await outside.close();
});
beforeEach(async () => {
  await sql`delete from logout_outbox`.execute(store.database);
  await sql`delete from text_messages`.execute(store.database);
});

const deadIn = async (table: 'logout_outbox' | 'text_messages'): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`select id from ${sql.table(table)}
    where dead_at is not null order by id`.execute(store.database);
  return rows.map(({ id }) => id);
};

/** Refused by the other side after a day of trying, as the instance that runs here judges it. */
async function letDie(table: 'logout_outbox' | 'text_messages', count: number): Promise<void> {
  await sql`update ${sql.table(table)} set created_at = now() - interval '25 hours', next_attempt_at = now()`.execute(
    store.database,
  );
  await expect.poll(async () => (await deadIn(table)).length, { timeout: 15_000 }).toBe(count);
}

async function owedToTheDeaf(): Promise<void> {
  for (const receiver of Object.values(receivers)) receiver.answerWith(503);
  const citizenId = provider.citizens[0]?.id ?? '';
  const debts = NAMES.flatMap((clientId) =>
    ['a', 'b'].map((sid) => ({ id: `${clientId}-${sid}`, clientId, citizenId, sid })),
  );
  await provider.services.registry.logoutOutbox.owe(debts);
  await letDie('logout_outbox', 4);
  for (const receiver of Object.values(receivers)) receiver.answerWith(200);
}

const acts = async () => {
  const { rows } = await sql<{ said: string }>`select concat_ws(' ', client_id, details->>'kind', details->>'letterId',
    details->>'by') as said from audit_events where name = 'letter.revived' order by id`.execute(store.database);
  return rows.map(({ said }) => said);
};

test('where nothing is dead the list says so, with exit code 0, in both languages', async () => {
  expect(await letters('list')).toMatchObject({ code: 0, said: expect.stringContaining('No logout letter is dead.') });
  expect((await letters('list', '--language', 'fa')).said).toContain('هیچ نامهٔ خروج نرسیده‌ای نیست');
});

test('dead logout letters are listed with their reason, and one that is revived arrives; what is not dead is left alone', async () => {
  await owedToTheDeaf();
  const listed = await letters('list');
  expect([listed.code, listed.said]).toEqual([
    4,
    expect.stringMatching(/^4 logout letters dead:\n {2}\S+ {2}(good|deaf) .*status 503/),
  ]);
  expect(listed.said).toContain('deaf: of 2 logout letters of the last seven days 0 arrived and 2 died.');
  const before = receivers.good?.tokens.length ?? 0;

  expect(await letters('revive', 'logout', 'good-a', '--dry-run')).toMatchObject({ code: 0 });
  expect(await deadIn('logout_outbox'), 'a dry run writes nothing').toHaveLength(4);
  const revived = await letters('revive', 'logout', 'good-a', 'nobody', '--by', 'sara');
  expect([revived.code, revived.said]).toEqual([
    3,
    expect.stringMatching(/^1 logout letter owed again.*\nnobody is not among the dead/),
  ]);
  await expect.poll(() => receivers.good?.tokens.length, { timeout: 10_000 }).toBe(before + 1);
  const again = await letters('revive', 'logout', 'good-a', '--by', 'sara');
  expect([again.code, again.said]).toEqual([3, expect.stringContaining('good-a is not among the dead')]);
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from logout_outbox where delivered_at is null
    and dead_at is null`.execute(store.database);
  expect(rows[0]?.n, 'what was delivered is not owed again').toBe(0);
  expect(await acts()).toEqual(['good logout good-a sara']);
}, 60_000);

test('all of one relying party, or all', async () => {
  await owedToTheDeaf();
  expect(await letters('revive', 'logout', '--client', 'deaf', '--json')).toMatchObject({
    code: 0,
    said: expect.stringContaining('"revived": 2'),
  });
  await expect.poll(() => deadIn('logout_outbox')).toEqual(['good-a', 'good-b']);
  expect(await letters('revive', 'logout', '--all')).toMatchObject({
    code: 0,
    said: expect.stringContaining('2 logout'),
  });
  expect(await deadIn('logout_outbox')).toEqual([]);
}, 60_000);

test('a dead text message is listed without its words or number, and arrives once it is revived', async () => {
  const to = readMobileNumber(PHONE);
  if (to === undefined) throw new Error('the test made no number');
  await outside.spoil('sms', { mode: 'errors' });
  await provider.services.people.textMessages.owe({
    to,
    kind: 'recovery-begun',
    language: 'fa',
    values: { link: 'https://x' },
  });
  await letDie('text_messages', 1);
  await outside.spoil('sms', {});
  const listed = await letters('list', '--json');
  expect([listed.code, JSON.parse(listed.said).text]).toEqual([
    4,
    { count: 1, newest: [expect.objectContaining({ about: 'recovery-begun', reason: 'status-503' })] },
  ]);
  expect(listed.all).not.toMatch(/9120000042|https:\/\/x/);
  expect(await letters('revive', 'text', '--all')).toMatchObject({ code: 0, said: expect.stringContaining('1 text') });
  await expect.poll(() => outside.messagesTo(PHONE).length, { timeout: 15_000 }).toBe(1);
}, 60_000);

test('what would revive nothing in particular, or a text message of a relying party, is not understood', async () => {
  for (const line of [['logout'], ['logout', 'x', '--all'], ['text', '--client', 'deaf'], ['paper', '--all']])
    expect(await letters('revive', ...line)).toMatchObject({ code: 2, all: expect.stringContaining('error:') });
});

test('both languages say the same things, and help is in both', async () => {
  expect(Object.keys(lettersWordsEn.help).sort()).toEqual(Object.keys(lettersWordsFa.help).sort());
  const [en, fa] = await Promise.all([letters('revive', '--help'), letters('revive', '--help', '--language', 'fa')]);
  expect(en.said).toContain('Owe dead ones again');
  expect(fa.said).toContain('دوباره فرستادن');
});
