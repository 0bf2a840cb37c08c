import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

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
