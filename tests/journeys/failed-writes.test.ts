import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

/** What is asked of the store is refused some turns later, when the library has long gone on. */
async function whileNothingIsStored<Answer>(step: () => Promise<Answer>): Promise<Answer> {
  const { state } = provider.services;
  const { write } = state;
  state.write = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('the store is away');
  };
  return step().finally(() => {
    state.write = write;
  });
}

test('a code that was not stored reaches nobody: no redirect leaves, and the browser sees an error page', async () => {
  const browser = createBrowser();
  await university.signIn({ browser });
  const { url } = await university.begin();
  const page = await whileNothingIsStored(() => browser.open(url, { stayAt: provider.issuer }));
  expect(page.status).toBe(500);
  expect(page.leadsTo).toBeUndefined();
  expect(page.headers.get('location')).toBeNull();
  expect(page.text).not.toContain('code=');
  // The control: with the store back the same browser gets its code.
  const again = await university.begin();
  expect((await browser.open(again.url, { stayAt: provider.issuer })).leadsTo).toContain('code=');
});

test('tokens that were not stored reach nobody, and the relying party reads an error', async () => {
  const { url, finish } = await university.begin();
  const [citizen] = provider.citizens;
  const callback = await signInAndConsent(createBrowser(), {
    authorizationUrl: url,
    nationalCode: citizen?.nationalCode ?? '',
    password: provider.password,
  });
  const refused = await whileNothingIsStored(() => finish(callback).catch((error: { cause: Response }) => error.cause));
  if (!(refused instanceof Response)) throw new Error('tokens were handed out');
  expect(refused.status).toBe(500);
  expect(await refused.json()).toMatchObject({ error: 'server_error' });
});

test('a recovery code is not lost when what follows from it fails: looking at the page again goes on', async () => {
  const { database } = provider.services;
  const stay = { stayAt: provider.issuer };
  const [, citizen] = provider.citizens;
  const [code = ''] = await createOwnFactors(provider, systemClock).recoveryCodes(citizen?.id ?? '');
  const browser = createBrowser();
  const { url } = await university.begin({ acr_values: 'urn:panjereh:aal:2' });
  const first = await browser.open(url, stay);
  const fields = { national_code: citizen?.nationalCode ?? '', password: provider.password };
  const choice = await browser.submit(first, fields, stay);
  const page = await browser.open(choice.url.replace(/second-factor$/, 'recovery-code'), stay);
  // The notice of a new device is owed at the very end.
  await sql`alter table text_messages add constraint none check (false) not valid`.execute(database);
  const failed = await submitTo(browser, page, { path: '/recovery-code', fields: { code }, ...stay });
  await sql`alter table text_messages drop constraint none`.execute(database);
  expect([failed.status, failed.leadsTo]).toEqual([500, undefined]);
  expect(await provider.services.sessions.list(citizen?.id ?? '')).toEqual([]);
  const again = await browser.open(page.url, stay);
  expect(again.leadsTo?.includes('code=') === true || again.url.includes('/consent/'), again.url).toBe(true);
});

test('nobody is told of a sign-in from a new browser that was not put on record and did not happen', async () => {
  const { database } = provider.services;
  const [, , citizen] = provider.citizens;
  const owed = async () =>
    (await sql<{ owed: number }>`select count(*)::int as owed from text_messages`.execute(database)).rows[0]?.owed ?? 0;
  const before = await owed();
  const fields = { national_code: citizen?.nationalCode ?? '', password: provider.password };
  const browser = createBrowser();
  const page = await browser.open((await university.begin()).url, { stayAt: provider.issuer });
  await sql`alter table audit_events add constraint none check (false) not valid`.execute(database);
  const failed = await browser.submit(page, fields, { stayAt: provider.issuer });
  await sql`alter table audit_events drop constraint none`.execute(database);
  expect([failed.status, await owed()]).toEqual([500, before]);
  // The control: told once it has happened.
  const again = await browser.open(page.url, { stayAt: provider.issuer });
  expect(again.leadsTo?.includes('code=') === true || again.url.includes('/consent/'), again.url).toBe(true);
  expect(await owed()).toBe(before + 1);
});
