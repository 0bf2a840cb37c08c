import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { identityFields, NAVID, NEW_PASSWORD, PARISA, phoneOf, walkEnrolment } from '#tests/support/enrolment.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { beginRecovery, registryRecordOf } from '#tests/support/recovery.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

/**
 * Every answer of enrolment and recovery, redirects among them: none may be framed, kept by a cache or tell the next
 * site where it came from; scripts run only where a page brings one of ours; and no answer repeats a secret.
 */
let outside: OutsideServices;
let provider: TestProvider;
beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ environment: outside.environment });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

type Seen = { what: string; status: number; headers: Headers; text: string };

/** A browser that remembers every single answer, those that redirect too. */
function createWitness(): { browser: Browser; seen: Seen[] } {
  const seen: Seen[] = [];
  const browser = createBrowser({
    async send(url, init) {
      const response = await fetch(url, init);
      if (url.origin === provider.issuer && url.pathname !== '/auth' && !url.pathname.startsWith('/auth/')) {
        const text = await response.clone().text();
        seen.push({ what: `${init.method ?? 'GET'} ${url.pathname}`, ...pick(response), text });
      }
      return response;
    },
  });
  return { browser, seen };
}

const pick = ({ status, headers }: Response) => ({ status, headers });

function faults({ what, headers, text }: Seen): string[] {
  const policy = headers.get('content-security-policy') ?? '';
  const hasScript = /<script/.test(text);
  const wanted: Record<string, boolean> = {
    "frame-ancestors 'none'": policy.includes("frame-ancestors 'none'"),
    "default-src 'none'": policy.includes("default-src 'none'"),
    'scripts only where there are some': policy.includes(`script-src ${hasScript ? "'self'" : "'none'"}`),
    'no script written into the page': !/<script(?![^>]*\ssrc="\/assets\/)/.test(text),
    'x-frame-options': headers.get('x-frame-options') === 'DENY',
    nosniff: headers.get('x-content-type-options') === 'nosniff',
    'no-referrer': headers.get('referrer-policy') === 'no-referrer',
    'no-store': headers.get('cache-control') === 'no-store',
    'no cookie that scripts can read': headers
      .getSetCookie()
      .every((cookie) => /httponly/i.test(cookie) && /samesite=(lax|strict)/i.test(cookie)),
  };
  return Object.entries(wanted).flatMap(([name, holds]) => (holds ? [] : [`${what} lacks ${name}`]));
}

const stayAt = () => ({ stayAt: provider.issuer });

async function walkEverything(): Promise<{ seen: Seen[]; secrets: string[] }> {
  const { browser, seen } = createWitness();
  const university = await createRelyingParty(provider, { clientId: `university-${seen.length}` });
  const signIn = await browser.open((await university.begin()).url, stayAt());
  seen.length = 0;
  const walk = { browser, outside, issuer: provider.issuer, who: NAVID, startAt: `${signIn.url}/enrol` };
  const mistakes = async (page: Page) => {
    const path = new URL(page.url).pathname;
    if (['/enrol/identity', '/enrol/phone', '/enrol/code', '/enrol/password'].includes(path))
      await browser.submit(page, { national_code: 'x', phone: 'x', code: '000000', password: '1' }, stayAt());
  };
  const done = await walkEnrolment({ ...walk, between: mistakes });
  const code = outside.messagesTo(phoneOf(NAVID)).join(' ').match(/\d{6}/)?.[0] ?? '';
  await browser.submit(done, {}, stayAt());
  for (const path of ['', '/identity', '/gone', '/done', '/ended', '/nothing-here'])
    await browser.open(`${provider.issuer}/enrol${path}`, stayAt());

  const record = registryRecordOf(provider.citizens[0] ?? { nationalCode: '' });
  let page = await beginRecovery(browser, provider.issuer, 'forgotten-password');
  page = await browser.submit(page, identityFields(record), stayAt());
  await expect.poll(() => outside.codesTo(phoneOf(record)).length).toBe(1);
  page = await browser.submit(page, { code: outside.codeFor(phoneOf(record)) }, stayAt());
  await browser.submit(page, { password: NEW_PASSWORD }, stayAt());
  for (const path of ['', '/stop', '/stop?code=123456789012', '/gone', '/waiting', '/ended'])
    await browser.open(`${provider.issuer}/recover${path}`, stayAt());
  return { seen, secrets: [NEW_PASSWORD, code, phoneOf(NAVID), phoneOf(record), record.birthDate] };
}

test('of every page and redirect of both rooms', async () => {
  const { seen, secrets } = await walkEverything();
  expect(new Set(seen.map(({ what }) => what)).size).toBeGreaterThan(25);
  expect(seen.some(({ status }) => status === 303)).toBe(true);
  expect(seen.flatMap(faults)).toEqual([]);
  for (const secret of secrets) {
    const leaking = seen.filter(({ text, headers }) => `${text}${headers.get('location') ?? ''}`.includes(secret));
    expect([secret, leaking.map(({ what }) => what)]).toEqual([secret, []]);
  }

  // The control: each header that is taken away is found missing.
  const [page] = seen;
  if (page === undefined) throw new Error('nothing was seen');
  for (const name of ['content-security-policy', 'x-frame-options', 'referrer-policy', 'cache-control']) {
    const headers = new Headers(page.headers);
    headers.delete(name);
    expect([name, faults({ ...page, headers }).length > 0]).toEqual([name, true]);
  }
}, 60_000);

test('the last form leads to the university that asked, and every other one to us alone', async () => {
  const { browser, seen } = createWitness();
  const university = await createRelyingParty(provider, { clientId: 'other-university' });
  const signIn = await browser.open((await university.begin()).url, stayAt());
  const walk = { browser, outside, issuer: provider.issuer, who: PARISA, startAt: `${signIn.url}/enrol` };
  const done = await walkEnrolment(walk);
  const formAction = ({ headers }: Pick<Seen, 'headers'>) =>
    /form-action ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1];
  expect(formAction(done)).toBe("'self' https://university.example");
  const others = seen.filter(({ what, status }) => /^GET \/enrol|\/enrol$/.test(what) && status === 200);
  expect(others.length).toBeGreaterThan(6);
  expect(new Set(others.map(formAction))).toEqual(new Set(["'self'"]));
});
