import { dirname } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ATTACHED_PAGE, STUDENT } from '#tests/support/attached-world.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { connectSource, startClaimsSource, type TestSource } from '#tests/support/claims-source.ts';
import { addressOf, realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

/** What a university said of a citizen ends when they take it back, and with their account, on every instance. */
const DEAD_WITHIN = 5_000;

let provider: TestProvider;
let other: TestProvider;
let source: TestSource;
let saying: TestRelyingParty;
let shop: TestRelyingParty;
beforeAll(async () => {
  const stores = await realStores();
  provider = await startProvider({ stores });
  const folder = dirname(provider.services.settings.keysFolder);
  other = await startProvider({ stores, folder, issuer: provider.issuer });
  source = await startClaimsSource(provider, { clientId: 'sharif', clock: provider.services.clock });
  const claims = [{ claim: 'is_student', purpose: { fa: 'برای آزمون', en: 'for the test' }, required: true }];
  const rest = { agreement: { claims, scopes: ['openid', 'student'] } };
  [saying, shop] = await Promise.all([
    createRelyingParty(provider, { clientId: 'sharif', rest }),
    createRelyingParty(provider, { clientId: 'shop', rest }),
  ]);
  await connectSource(provider, source);
}, 60_000);
afterAll(async () => {
  source.close();
  await other.close();
  await provider.close();
});
beforeEach(() => {
  source.spoil = undefined;
});

const idOf = (citizen: number) => provider.citizens[citizen]?.id ?? '';
const of = (citizen: number) => ({ citizenId: idOf(citizen), clientId: 'sharif' });

/** A student there, signed in at this browser. */
async function studentAt(browser: ReturnType<typeof createBrowser>, citizen: number): Promise<void> {
  const tokens = await saying.signIn({ browser, citizen, extra: { scope: 'openid' } });
  source.students.set(tokens.claims()?.sub ?? '', STUDENT);
}

async function rowsOf(citizen: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from attached_claims
    where citizen_id = ${idOf(citizen)}`.execute(provider.services.database);
  return rows[0]?.n ?? -1;
}

/** What each instance would tell the shop of somebody, from its own memory. */
const toldBy = (citizen: number) =>
  Promise.all(
    [provider, other].map(async ({ services }) => {
      const said = await services.attachments.known({ citizenId: idOf(citizen), organisationId: 'shop' });
      return said.length;
    }),
  );

async function becomesClosed(citizen: number): Promise<void> {
  await sql`update citizens set closes_at = now() where id = ${idOf(citizen)}`.execute(provider.services.database);
  const { citizens } = provider.services.people;
  const state = async () => (await citizens.findById(idOf(citizen)))?.state;
  await expect.poll(state, { timeout: 10_000, interval: 100 }).toBe('closed');
}

test('what is taken back is told by neither instance within five seconds, with the same token', async () => {
  const browser = createBrowser();
  await studentAt(browser, 0);
  await provider.services.attachments.attach(of(0));
  const { access_token } = await shop.signIn({ browser, extra: { scope: 'openid student' } });
  const headers = { authorization: `Bearer ${access_token}` };
  const told = () =>
    Promise.all(
      [provider.issuer, addressOf(other)].map(async (base) => {
        const answer: unknown = await (await fetch(`${base}/userinfo`, { headers })).json();
        expect(answer).toHaveProperty('sub');
        return Object.hasOwn(Object(answer), 'is_student');
      }),
    );
  expect(await told()).toEqual([true, true]);
  const page = await browser.open(`${provider.issuer}${ATTACHED_PAGE}`);
  await submitTo(browser, page, { path: ATTACHED_PAGE, fields: { remove: 'sharif' }, stayAt: provider.issuer });
  await expect.poll(told, { timeout: DEAD_WITHIN, interval: 100 }).toEqual([false, false]);
});

test('a closed account has none left, in the database and in the memory of either instance; others keep theirs', async () => {
  for (const citizen of [1, 2]) {
    await studentAt(createBrowser(), citizen);
    await provider.services.attachments.attach(of(citizen));
    await expect.poll(() => toldBy(citizen), { timeout: DEAD_WITHIN, interval: 100 }).toEqual([1, 1]);
  }
  await becomesClosed(1);
  expect(await rowsOf(1)).toBe(0);
  await expect.poll(() => toldBy(1), { timeout: DEAD_WITHIN, interval: 100 }).toEqual([0, 0]);
  expect([await rowsOf(2), await toldBy(2)]).toEqual([1, [1, 1]]);
});

test('what a university says while the account is being closed is not kept', async () => {
  await studentAt(createBrowser(), 3);
  source.spoil = {
    async raw(jwt) {
      await becomesClosed(3);
      return { status: 200, body: JSON.stringify({ answer: jwt }) };
    },
  };
  expect(await provider.services.attachments.attach(of(3))).toEqual({ outcome: 'removed' });
  expect(await rowsOf(3)).toBe(0);
});
