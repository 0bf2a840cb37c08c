import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recipesFor } from '#relying-parties/recipes.ts';
import { createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { SECRET } from '#tests/support/relying-party.ts';

/** The code block of docs/recipes/node.md, exactly as it is printed, as a process of its own. */
let provider: TestProvider;
let service: ChildProcess;
let base: string;
// Inside the checkout, so that the recipe finds openid-client as an installed package.
const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.recipe-'));

beforeAll(async () => {
  provider = await startProvider();
  const port = await findFreePort();
  base = `http://localhost:${port}`;
  await provider.register({
    clientId: 'recipe-node',
    clientSecret: SECRET,
    metadata: {
      redirect_uris: [`${base}/callback`],
      post_logout_redirect_uris: [`${base}/`],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
    },
  });
  const [recipe] = await recipesFor({
    issuer: provider.issuer,
    clientId: 'recipe-node',
    redirectUri: `${base}/callback`,
    postLogoutRedirectUri: `${base}/`,
  });
  const code = /```js\n([\s\S]*?)```/.exec(recipe?.markdown ?? '')?.[1] ?? '';
  writeFileSync(join(folder, 'service.mjs'), code);
  service = spawn(process.execPath, [join(folder, 'service.mjs')], {
    env: { PATH: '/usr/bin:/bin', CLIENT_SECRET: SECRET, PORT: String(port) },
    stdio: 'inherit',
  });
});
afterAll(async () => {
  service?.kill();
  rmSync(folder, { recursive: true, force: true });
  await provider.close();
});

test('the recipe for Node.js signs a citizen in and out', async () => {
  const statusOf = () =>
    fetch(base).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(statusOf, { timeout: 8000 }).toBe(401);
  const browser = createBrowser();
  const login = await browser.open(`${base}/login`, { stayAt: base });
  const callback = await signInAndConsent(browser, {
    authorizationUrl: login.leadsTo ?? '',
    nationalCode: provider.citizens[0]?.nationalCode ?? '',
    password: provider.password,
  });
  expect((await browser.open(callback.href)).text).toMatch(/^Signed in: /);
  expect((await browser.open(`${base}/`)).text).toMatch(/^Signed in: /);
  expect((await createBrowser().open(`${base}/`)).status).toBe(401);
  await browser.open(`${base}/logout`);
  expect((await browser.open(`${base}/`)).status).toBe(401);
});
