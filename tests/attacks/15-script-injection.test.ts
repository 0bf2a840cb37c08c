import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { readTags } from '#tests/views/markup.ts';

/** Script in every field that is stored or reflected (Hydra GO-2026-4861, Zitadel CVE-2026-29191). */
const PAYLOADS = [
  '<script>canary()</script>',
  '"><img src=x onerror=canary()>',
  "'><svg/onload=canary()>",
  '</title><script>canary()</script>',
  '</textarea><iframe srcdoc="<script>canary()</script>">',
  '" autofocus onfocus="canary()" x="',
  '<a href="javascript:canary()">x</a>',
  '<base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=//evil.example">',
  '&lt;script&gt;canary()&lt;/script&gt;',
  '<!--<script>--><script>canary()</script>',
  '\u202e<script>canary()</script>',
];
/** As much as a name may hold. */
const STORED = PAYLOADS.slice(0, 3).join(' ');

let provider: TestProvider;
let hostile: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  hostile = await createRelyingParty(provider, {
    clientId: 'hostile',
    rest: {
      name: { fa: STORED, en: STORED },
      agreement: {
        claims: [{ claim: 'given_name', purpose: { fa: STORED, en: STORED }, required: true }],
        scopes: ['openid', 'profile'],
      },
    },
  });
});
afterAll(() => provider.close());

/** What a browser would run, load or be led to on the page because of somebody else. */
function dangersIn(text: string): string[] {
  return readTags(text).flatMap(({ name, attributes }) => [
    ...(name === 'script' && !/^\/assets\/[\w.-]+$/.test(attributes.src ?? '') ? ['a script'] : []),
    ...(['iframe', 'base', 'object', 'embed', 'img', 'style'].includes(name) ? [`the tag ${name}`] : []),
    ...(name === 'meta' && attributes['http-equiv'] !== undefined ? ['a meta refresh'] : []),
    ...Object.keys(attributes).filter((key) => /^on|^style$|^srcdoc$/.test(key)),
    ...['href', 'src', 'action', 'formaction']
      .filter((key) => /^\s*(?:javascript|data|vbscript):|^\/\//i.test(attributes[key] ?? ''))
      .map((key) => `${key} leads away`),
  ]);
}

function expectHarmless(page: Page): void {
  expect(dangersIn(page.text), page.url).toEqual([]);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/script-src '(?:none|self)'/);
  expect(policy).not.toContain('unsafe');
}

test('a name and a purpose with script in them come out as text, on sign-in and on consent', async () => {
  const browser = createBrowser();
  const stayAt = provider.issuer;
  const page = await browser.open((await hostile.begin()).url, { stayAt });
  expect(page.text).toContain('&lt;script&gt;canary()');
  expectHarmless(page);
  const [citizen] = provider.citizens;
  const fields = { national_code: citizen?.nationalCode, password: provider.password };
  const consent = await browser.submit(page, fields, { stayAt });
  expect(consent.url).toContain('/consent/');
  expect(consent.text.split('&lt;script&gt;canary()').length).toBeGreaterThan(3);
  expectHarmless(consent);
  expectHarmless(await browser.open(`${provider.issuer}/logout`, { stayAt }));
});

describe.each(PAYLOADS)('%s', (payload) => {
  test.each(['login_hint', 'ui_locales', 'state', 'nonce'])('in %s does nothing', async (name) => {
    const { url } = await hostile.begin({ [name]: payload });
    expectHarmless(await createBrowser().open(url, { stayAt: provider.issuer }));
  });

  test('in what is sent to make an error does nothing', async () => {
    for (const extra of [
      { client_id: payload },
      { redirect_uri: `https://university.example/${payload}` },
      { redirect_uri: 'https://evil.example/', state: payload },
      { redirect_uri: 'https://evil.example/', ui_locales: `en ${payload}` },
    ])
      expectHarmless(await createBrowser().open((await hostile.begin(extra)).url, { stayAt: provider.issuer }));
    expectHarmless(await createBrowser().open(`${provider.issuer}/${encodeURIComponent(payload)}`));
    expectHarmless(await createBrowser().open(`${provider.issuer}/?ui_locales=${encodeURIComponent(payload)}`));
    expectHarmless(
      await createBrowser().open(`${provider.issuer}/logout?id_token_hint=${encodeURIComponent(payload)}`),
    );
  });

  test('typed for a national code comes back as text', async () => {
    const browser = createBrowser();
    const page = await browser.open((await hostile.begin()).url, { stayAt: provider.issuer });
    const again = await browser.submit(
      page,
      { national_code: payload, password: payload },
      { stayAt: provider.issuer },
    );
    expect(again.status).toBe(422);
    expectHarmless(again);
    const field = readTags(again.text).find(({ attributes }) => attributes.name === 'national_code');
    expect(field?.attributes.value).toBeDefined();
  });

  test('in the state of a form_post comes out as a value', async () => {
    const browser = createBrowser();
    await hostile.signIn({ browser });
    const { url } = await hostile.begin({ response_mode: 'form_post', state: payload });
    const page = await browser.open(url, { stayAt: provider.issuer });
    expect(page.text).toContain('name="state"');
    expectHarmless(page);
  });
});

test.each(PAYLOADS.filter((payload) => !payload.startsWith('&')))(
  'control: written without care, %s is found',
  (payload) => {
    expect(dangersIn(`<p title="">${payload}</p><input value="${payload}"><input value='${payload}'>`)).not.toEqual([]);
  },
);
