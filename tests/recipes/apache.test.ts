import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { type RunningProcess, startProcess, temporaryFolder } from '#tests/support/processes.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { type RecipeService, registerForRecipe, signInAt } from '#tests/support/recipe-service.ts';
import { SECRET } from '#tests/support/relying-party.ts';

/** The configurations of docs/recipes/apache.md and moodle.md, exactly as they are printed, each in an Apache of its own. */
let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

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
Header set X-Given-Name "%{OIDC_CLAIM_given_name}e"
Include "${folder}/recipe.conf"
`;

describe.each([
  { name: 'apache', path: '/private/index.html' },
  // Where Moodle's plugin looks at the variables; a page stands in its place.
  { name: 'moodle', path: '/auth/shibboleth/index.php' },
] as const)('the recipe of $name', ({ name, path }) => {
  let apache: RunningProcess;
  let service: RecipeService;

  beforeAll(async () => {
    service = await registerForRecipe(provider, {
      name,
      backchannel: (base) => `${base}/callback?logout=backchannel`,
    });
    const { path: folder } = await temporaryFolder('panjereh-apache-');
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'site', dirname(path)), { recursive: true });
    writeFileSync(join(folder, 'site', 'index.html'), 'open to all');
    writeFileSync(join(folder, 'site', path), 'for people who are signed in');
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
  afterAll(() => apache?.stop());

  const privatePage = () => `${service.base}${path}`;
  const signIn = () => signInAt(provider, { page: privatePage(), base: service.base });
  const open = (browser: Awaited<ReturnType<typeof signIn>>) => browser.open(privatePage(), { stayAt: service.base });

  test('lets in who is signed in, tells the application who it is, and sends everybody else to us', async () => {
    const stranger = await open(createBrowser());
    const request = new URL(stranger.leadsTo ?? '');
    expect(request.origin).toBe(provider.issuer);
    expect(request.searchParams.get('code_challenge_method')).toBe('S256');
    const page = await open(await signIn());
    expect([page.status, page.text]).toEqual([200, 'for people who are signed in']);
    expect(page.headers.get('x-citizen')).toMatch(/^[\w-]{10,}$/);
    const name = Buffer.from(page.headers.get('x-given-name') ?? '', 'latin1').toString();
    expect(name).toBe(provider.citizens[0]?.givenName);
  });

  test('signs out here and comes to us', async () => {
    const browser = await signIn();
    const back = encodeURIComponent(`${service.base}/`);
    const out = await browser.open(`${service.base}/callback?logout=${back}`, { stayAt: service.base });
    expect(out.leadsTo).toContain(`${provider.issuer}/logout`);
    expect((await open(browser)).leadsTo).toContain(`${provider.issuer}/auth`);
  });

  test('hears of a sign-out at us', async () => {
    const browser = await signIn();
    expect((await open(browser)).status).toBe(200);
    await provider.services.sessions.endAll(provider.citizens[0]?.id ?? '');
    await expect.poll(async () => (await open(browser)).leadsTo ?? '', { timeout: 8000 }).toContain('/auth');
  });
});
