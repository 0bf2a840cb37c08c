import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { type RunningProcess, startProcess, temporaryFolder } from '#tests/support/processes.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { type RecipeService, registerForRecipe, signInAt } from '#tests/support/recipe-service.ts';
import { SECRET } from '#tests/support/relying-party.ts';

/** The configuration of docs/recipes/apache.md, exactly as it is printed, in an Apache of its own. */
let provider: TestProvider;
let apache: RunningProcess;
let service: RecipeService;

const MODULES = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'headers', 'auth_openidc'];

/** What the machine's own configuration has around a site. */
const around = (folder: string, port: number) => `
ServerName localhost
ServerRoot "${folder}"
Listen 127.0.0.1:${port}
PidFile "${folder}/pid"
ErrorLog "${folder}/errors"
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
DefaultRuntimeDir "${folder}"
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot "${folder}/site"
<Directory "${folder}/site">
  Require all granted
</Directory>
# The fetch of Node.js calls itself "cors", and the module sends only people who navigate on to us.
RequestHeader set Sec-Fetch-Mode navigate early
Header set X-Citizen "expr=%{REMOTE_USER}"
Include "${folder}/recipe.conf"
`;

beforeAll(async () => {
  provider = await startProvider();
  service = await registerForRecipe(provider, {
    name: 'apache',
    backchannel: (base) => `${base}/callback?logout=backchannel`,
  });
  const { path: folder } = await temporaryFolder('panjereh-apache-');
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'site', 'private'), { recursive: true });
  writeFileSync(join(folder, 'site', 'index.html'), 'open to all');
  writeFileSync(join(folder, 'site', 'private', 'index.html'), 'for people who are signed in');
  writeFileSync(join(folder, 'recipe.conf'), service.code);
  writeFileSync(join(folder, 'apache2.conf'), around(folder, service.port));
  apache = await startProcess({
    command: '/usr/sbin/apache2',
    args: ['-f', join(folder, 'apache2.conf'), '-D', 'FOREGROUND'],
    env: { CLIENT_SECRET: SECRET, OIDC_PASSPHRASE: 'a passphrase of the tests' },
    ready: () =>
      fetch(service.base).then(
        ({ ok }) => ok,
        () => false,
      ),
  });
});
afterAll(async () => {
  await apache?.stop();
  await provider.close();
});

const privatePage = () => `${service.base}/private/`;
const signIn = () => signInAt(provider, { page: privatePage(), base: service.base });
const open = (browser: Awaited<ReturnType<typeof signIn>>) => browser.open(privatePage(), { stayAt: service.base });

test('Apache lets in who is signed in, tells the application who it is, and sends everybody else to us', async () => {
  const stranger = await open(createBrowser());
  const request = new URL(stranger.leadsTo ?? '');
  expect(request.origin).toBe(provider.issuer);
  expect(request.searchParams.get('code_challenge_method')).toBe('S256');
  const page = await open(await signIn());
  expect([page.status, page.text]).toEqual([200, 'for people who are signed in']);
  expect(page.headers.get('x-citizen')).toMatch(/^[\w-]{10,}$/);
});

test('whoever signs out at Apache is signed out there and comes to us', async () => {
  const browser = await signIn();
  const back = encodeURIComponent(`${service.base}/`);
  const out = await browser.open(`${service.base}/callback?logout=${back}`, { stayAt: service.base });
  expect(out.leadsTo).toContain(`${provider.issuer}/logout`);
  expect((await open(browser)).leadsTo).toContain(`${provider.issuer}/auth`);
});

test('a sign-out at us arrives at Apache', async () => {
  const browser = await signIn();
  expect((await open(browser)).status).toBe(200);
  await provider.services.sessions.endAll(provider.citizens[0]?.id ?? '');
  await expect.poll(async () => (await open(browser)).leadsTo ?? '', { timeout: 8000 }).toContain('/auth');
});
