import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { type RunningProcess, startProcess, temporaryFolder } from '#tests/support/processes.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { type RecipeService, registerForRecipe, signInAt } from '#tests/support/recipe-service.ts';
import { SECRET } from '#tests/support/relying-party.ts';

/** The code block of docs/recipes/authlib.md, exactly as it is printed, as a process of its own. */
let provider: TestProvider;
let python: RunningProcess;
let service: RecipeService;

beforeAll(async () => {
  provider = await startProvider();
  service = await registerForRecipe(provider, { name: 'authlib', backchannel: (base) => `${base}/backchannel-logout` });
  const { path: folder } = await temporaryFolder('panjereh-authlib-');
  const file = join(folder, 'service.py');
  writeFileSync(file, service.code);
  python = await startProcess({
    command: '/usr/bin/python3',
    args: [file],
    env: { CLIENT_SECRET: SECRET, SESSION_KEY: 'a session key of the tests', PORT: String(service.port) },
    ready: () =>
      fetch(service.base).then(
        ({ status }) => status === 401,
        () => false,
      ),
  });
});
afterAll(async () => {
  await python?.stop();
  await provider.close();
});

const signIn = () => signInAt(provider, { page: `${service.base}/login`, base: service.base });
const statusOf = async (browser: Awaited<ReturnType<typeof signIn>>) => (await browser.open(`${service.base}/`)).status;

test('the recipe for Authlib signs a citizen in and out', async () => {
  const browser = await signIn();
  expect((await browser.open(`${service.base}/`)).text).toMatch(/^Signed in: /);
  expect(await statusOf(createBrowser())).toBe(401);
  const out = await browser.open(`${service.base}/logout`, { stayAt: service.base });
  expect(out.leadsTo).toContain(`${provider.issuer}/logout`);
  expect(await statusOf(browser)).toBe(401);
});

test('a sign-out at us arrives there, and what is no logout token is refused', async () => {
  const browser = await signIn();
  const body = new URLSearchParams({ logout_token: 'a.b.c' });
  expect((await fetch(`${service.base}/backchannel-logout`, { method: 'POST', body })).status).toBe(400);
  expect(await statusOf(browser)).toBe(200);
  await provider.services.sessions.endAll(provider.citizens[0]?.id ?? '');
  await expect.poll(() => statusOf(browser), { timeout: 8000 }).toBe(401);
});

test('an answer from another issuer signs nobody in', async () => {
  const browser = createBrowser();
  const sent = await browser.open(`${service.base}/login`, { stayAt: service.base });
  const state = new URL(sent.leadsTo ?? '').searchParams.get('state') ?? '';
  const forged = new URLSearchParams({ code: 'x', state, iss: 'https://evil.example' });
  expect((await browser.open(`${service.base}/callback?${forged}`)).status).toBe(400);
});
