import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReceiptKeys } from '#relying-parties/receipt-keys.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';
import { faultOf } from '../../demo/check-consent-receipt.ts';

/** A citizen keeps a signed receipt of every decision about a service, and anybody can check it without us. */
let provider: TestProvider;
let university: TestRelyingParty;
beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

const at = (path: string) => `${provider.issuer}${path}`;
const linksOn = (text: string) =>
  [...text.matchAll(/href="(\/account\/receipts\/[\w-]+)"/g)].map(([, href = '']) => href);
const publishedKeys = async () =>
  (await fetch(at('/consent-receipt-keys'))).json() as Promise<Parameters<typeof faultOf>[1]>;

type Downloaded = Parameters<typeof faultOf>[0];
const download = async (browser: Browser, link: string): Promise<Downloaded> =>
  JSON.parse((await browser.open(at(`${link}/file`))).text);

async function consented(citizen: number): Promise<{ browser: Browser; sub: string | undefined; link: string }> {
  const browser = createBrowser();
  const tokens = await university.signIn({
    browser,
    citizen,
    extra: { scope: 'openid profile phone offline_access', prompt: 'consent' },
  });
  const [link = ''] = linksOn((await browser.open(at('/account/services'))).text);
  return { browser, sub: tokens.claims()?.sub, link };
}

describe('a receipt', () => {
  test('says who allowed what to whom, why and when, and holds by the published key', async () => {
    const { browser, sub, link } = await consented(0);
    const page = await browser.open(at(link));
    expect(page.text).toContain('Service university');
    expect(page.text).toContain('for the test');
    const receipt = await download(browser, link);
    expect(receipt.receipt).toMatchObject({
      iss: provider.issuer,
      pii_principal_id: sub,
      event: { event_type: 'explicit', event_state: 'given' },
      pii_controller: { party_id: 'university', party_name: { en: 'Service university' } },
      offline: true,
    });
    expect(JSON.stringify(receipt.receipt)).toContain('"pii_type":"given_name","purpose":{"fa":"برای آزمون"');
    // It travels: nothing in it is the citizen's own data, and no id of ours.
    for (const secret of [
      provider.citizens[0]?.nationalCode,
      provider.citizens[0]?.id,
      provider.citizens[0]?.givenName,
    ])
      expect(JSON.stringify(receipt)).not.toContain(secret);
    expect(faultOf(receipt, await publishedKeys())).toBeUndefined();
  });

  test('comes for taking it back, too', async () => {
    const { browser } = await consented(1);
    const page = await browser.open(at('/account/services'));
    const after = await submitTo(browser, page, {
      path: '/account/services',
      fields: { service: 'university' },
      stayAt: provider.issuer,
    });
    const receipts = await Promise.all(linksOn(after.text).map((link) => download(browser, link)));
    expect(receipts.map(({ receipt }) => receipt.event)).toMatchObject([
      { event_state: 'withdrawn' },
      { event_state: 'given' },
    ]);
    const keys = await publishedKeys();
    expect(receipts.map((receipt) => faultOf(receipt, keys))).toEqual([undefined, undefined]);
  });

  test('is its owner’s alone', async () => {
    const { link } = await consented(0);
    const stranger = await consented(2);
    for (const path of [link, `${link}/file`]) {
      expect((await stranger.browser.open(at(path))).status).toBe(404);
      expect((await createBrowser().open(at(path))).url).toContain('/sign-in/');
    }
    for (const forged of ['x', '..%2f..', "' or 1=1--"])
      expect((await stranger.browser.open(at(`/account/receipts/${forged}`))).status).toBe(404);
  });
});

describe('whoever alters one is found out', () => {
  const altered: Record<string, (honest: Downloaded) => Downloaded> = {
    'what can be read': ({ receipt, jws }) => ({ jws, receipt: { ...receipt, offline: false } }),
    'a claim in what was signed': (honest) => resigned(honest, (text) => text.replace('given_name', 'birthdate')),
    'the day': (honest) => resigned(honest, (text) => text.replace(/"iat":\d+/, '"iat":1')),
    'the signature': ({ receipt, jws }) => ({ receipt, jws: `${jws.slice(0, -6)}AAAAAA` }),
    'the kind': ({ receipt, jws }) => ({ receipt, jws: jws.replace(/^[^.]+/, encoded({ alg: 'none' })) }),
    'nothing but its end': ({ receipt, jws }) => ({ receipt, jws: jws.slice(0, jws.lastIndexOf('.')) }),
  };

  test.each(Object.keys(altered))('%s', async (which) => {
    const { browser, link } = await consented(3);
    const [honest, keys] = [await download(browser, link), await publishedKeys()];
    // The control: as it was downloaded it holds.
    expect(faultOf(honest, keys)).toBeUndefined();
    expect(faultOf(altered[which]?.(honest) ?? honest, keys)).toEqual(expect.any(String));
  });

  /** Both what is read and what was signed, with the old signature. */
  function resigned({ jws }: Downloaded, change: (text: string) => string): Downloaded {
    const [header, payload = '', signature] = jws.split('.');
    const text = change(Buffer.from(payload, 'base64url').toString());
    return { receipt: JSON.parse(text), jws: [header, Buffer.from(text).toString('base64url'), signature].join('.') };
  }
});

test('a receipt of before a key was renewed holds by what is published afterwards, and by nobody else’s keys', async () => {
  const key = (id: string) => ({ id, secret: randomBytes(32) });
  const [old, renewed] = [key('old'), key('new')];
  const receipt = { jti: '1' };
  const jws = await (await createReceiptKeys([old])).sign(receipt);
  const publishedBy = async (...keys: [typeof old, ...(typeof old)[]]) =>
    JSON.parse(JSON.stringify((await createReceiptKeys(keys)).publicKeys()));
  expect(faultOf({ receipt, jws }, await publishedBy(renewed, old))).toBeUndefined();
  expect(faultOf({ receipt, jws }, await publishedBy(renewed))).toContain('not among these');
  expect(JSON.stringify(await publishedBy(old))).not.toContain('"d"');
});

function encoded(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}
