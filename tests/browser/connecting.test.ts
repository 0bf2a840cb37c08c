import { lookup } from 'node:dns';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import type { LookupAll } from '#platform/http/guarded-lookup.ts';
import { launchChromium } from '#tests/support/chromium.ts';
import { grantRole } from '#tests/support/console.ts';
import { type DemoUniversity, runDemoUniversity } from '#tests/support/demo-university.ts';
import { startDns, type TestDns } from '#tests/support/dns-server.ts';
import { type HttpsFront, startHttpsFront } from '#tests/support/https-front.ts';
import { collectComplaints, faultsOf } from '#tests/support/page-checks.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { addVirtualAuthenticator, makePasskey } from '#tests/support/virtual-person.ts';
import {
  approve,
  askToConnect,
  askToGoLive,
  fill,
  type Person,
  proposeAgreement,
  proveDomain,
  register,
  runAcceptance,
} from './connecting-steps.ts';

/**
 * A university connects itself, as we recommend it: it proves itself with keys of its own, whose set we fetch, hands over
 * no secret, and is told of sign-outs. Everything that people do is done in pages, in Chromium. The university is the
 * demo's, twice, as universities have it: where it is tried out, on the machine of whoever writes it, and in production,
 * under a domain that is proven, behind TLS. Where that name leads is known to this test's Chromium and provider alone.
 */
const DOMAIN = 'connecting-itself.ac.ir';
const HOST = `portal.${DOMAIN}`;

const phone = { language: 'fa', direction: 'rtl', locale: 'fa-IR', viewport: { width: 360, height: 740 } } as const;
const desk = { language: 'en', direction: 'ltr', locale: 'en-GB', viewport: { width: 1280, height: 800 } } as const;

let dns: TestDns;
let provider: TestProvider;
let front: HttpsFront;
let browser: Browser;
let ports: { test: number; production: number };
const universities: DemoUniversity[] = [];

beforeAll(async () => {
  ports = { test: await findFreePort(), production: await findFreePort() };
  dns = await startDns();
  front = await startHttpsFront({ name: HOST, to: ports.production });
  provider = await startProvider({
    environment: { PANJEREH_DNS_SERVERS: dns.address },
    outboundWays: { lookup: leadToFront, ca: front.certificate },
  });
  browser = await launchChromium({ args: [`--host-resolver-rules=MAP ${HOST} 127.0.0.1`] });
});
afterAll(async () => {
  await browser.close();
  await Promise.all(universities.map((university) => university.close()));
  await front.close();
  await provider.close();
  await dns.close();
});

const leadToFront: LookupAll = (name, callback) =>
  name === HOST ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : lookup(name, { all: true }, callback);

/** Somebody at a device of their own. */
async function sitDown({ language, direction, locale, viewport }: typeof phone | typeof desk) {
  const context = await browser.newContext({ locale, viewport, reducedMotion: 'reduce', ignoreHTTPSErrors: true });
  const tab = await context.newPage();
  const complaints = collectComplaints(tab);
  return {
    tab,
    complaints,
    async look(path: string): Promise<void> {
      await tab.waitForURL(`${provider.issuer}${path}`);
      const root = tab.locator('html');
      expect([await root.getAttribute('lang'), await root.getAttribute('dir')]).toEqual([language, direction]);
      expect([path, await faultsOf(tab)]).toEqual([path, []]);
    },
  };
}

/** The browser offers the passkey at the first field, and its owner takes it. */
async function enterConsole(citizenId: string, device: typeof phone | typeof desk) {
  const person = await sitDown(device);
  await addVirtualAuthenticator(person.tab);
  await makePasskey(person.tab, { provider, citizenId });
  await person.tab.goto(`${provider.issuer}/console`);
  await person.look('/console');
  return person;
}

test('from asking to the first citizen nothing is waited for but the approvals of two people', async ({ annotate }) => {
  const [asker, decider, citizen] = provider.citizens;
  if (asker === undefined || decider === undefined || citizen === undefined) throw new Error('there are no citizens');
  await grantRole(provider, { citizenId: decider.id, role: 'ministry' });
  const staff = await enterConsole(asker.id, phone);
  const ministry = await enterConsole(decider.id, desk);

  const begun = performance.now();
  await askToConnect(staff, { domain: DOMAIN });
  await approve(ministry, 'شرایط را دارد');
  await proveDomain(staff, { domain: DOMAIN, publish: dns.publish });

  const tryingOut = `http://localhost:${ports.test}`;
  const tested = await register(staff, { url: tryingOut, environment: 'test' });
  await install({ ...tested, url: tryingOut, port: ports.test, issuer: issuerOfAcceptance(tested.clientId) });
  await runAcceptance(staff, { clientId: tested.clientId, url: tryingOut });

  const url = `https://${HOST}:${front.port}`;
  const live = await register(staff, { url, environment: 'production', testedAs: tested.clientId });
  await install({ ...live, url, port: ports.production, issuer: provider.issuer });
  await proposeAgreement(staff, live.clientId);
  await askToGoLive(staff, live.clientId);
  await tryAlone(staff, { citizenId: asker.id, clientId: live.clientId });
  await approve(ministry, 'توافق‌نامه را خواندم');
  const took = performance.now() - begun;

  const visitor = await sitDown(phone);
  await signInThere(visitor, { citizen, url });
  await signOutHere(visitor, url);
  await seeThatItArrived(staff, live.clientId);
  expect(visitor.complaints).toEqual([]);

  expect(await howItIsProven(tested.clientId)).toEqual(['private_key_jwt', 0]);
  expect(await howItIsProven(live.clientId)).toEqual(['private_key_jwt', 0]);
  const decisions = await provider.services.console.approvals.list({ organisationId: 'newcomer' });
  expect(decisions.map(({ act, askedBy, decided }) => [act, askedBy, decided?.by])).toEqual([
    ['go-live', asker.id, decider.id],
    ['connect-organisation', asker.id, decider.id],
  ]);
  expect((await provider.services.registry.organisations.find('newcomer'))?.stage).toBe('connected');
  // Nothing of a schedule, of a night or of another person can hide in this.
  expect(took).toBeLessThan(2 * MINUTE);
  await annotate(`from the request to a live service: ${(took / 1000).toFixed(1)} s, people's clicks included`);
  // Chromium reports the status of a refusal as an error.
  expect([...staff.complaints, ...ministry.complaints].filter((each) => !/status of (?:409|422)/.test(each))).toEqual(
    [],
  );
}, 150_000);

type Installation = { clientId: string; url: string; port: number; issuer: string };

async function install({ url, ...installation }: Installation): Promise<void> {
  universities.push(await runDemoUniversity({ ...installation, method: 'private_key_jwt', more: { url } }));
}

/** Control: the same person cannot let it through, not even with every role that the decision needs. */
async function tryAlone({ tab, look }: Person, { citizenId, clientId }: { citizenId: string; clientId: string }) {
  await grantRole(provider, { citizenId, role: 'ministry' });
  await tab.goto(`${provider.issuer}/console/approvals`);
  await tab.click('main td a[href^="/console/approvals/"] >> nth=0');
  await look('/console/approvals/*');
  expect(await tab.locator('[name=decision]').count()).toBe(0);
  // The form that the page leaves out, made of one that it has.
  const answered = tab.waitForResponse((response) => response.request().method() === 'POST');
  await tab.evaluate(`(() => {
    const form = document.querySelector('.console-out');
    form.action = location.href;
    form.insertAdjacentHTML('beforeend', '<input name="decision" value="approved"><input name="why" value="خودم">');
    form.requestSubmit();
  })()`);
  expect((await answered).status()).toBe(409);
  await look('/console/approvals/*');
  expect((await provider.services.registry.relyingParties.find(clientId))?.state).toBe('not-live');
}

async function signInThere(
  { tab, look }: Person,
  { citizen, url }: { citizen: TestProvider['citizens'][number]; url: string },
): Promise<void> {
  await tab.goto(`${url}/?lang=fa`);
  await tab.click('#sign-in');
  await look('/sign-in/*');
  await fill(tab, { national_code: citizen.nationalCode, password: provider.password });
  await tab.click('form:has([name=password]) button[type=submit] >> nth=0');
  await look('/consent/*');
  await tab.click('button[value=allow]');
  await tab.waitForURL(`${url}/me`);
  expect(await tab.textContent('main')).toContain(citizen.familyName);
}

/** At the provider: the browser brings the university nothing of it, and still has its cookie. */
async function signOutHere({ tab, look }: Person, url: string): Promise<void> {
  await tab.goto(`${provider.issuer}/logout`);
  await look('/logout');
  // Control: until the citizen has said so, the university knows them.
  await tab.goto(`${url}/me`);
  expect(tab.url()).toBe(`${url}/me`);
  await tab.goto(`${provider.issuer}/logout`);
  await tab.click('button[name=logout]');
  await look('/logout/success*');
  await vi.waitFor(
    async () => {
      await tab.goto(`${url}/me`);
      expect(tab.url()).toBe(`${url}/`);
    },
    { timeout: 10_000, interval: 200 },
  );
}

async function seeThatItArrived({ tab, look }: Person, clientId: string): Promise<void> {
  await tab.goto(`${provider.issuer}/console/relying-parties/${clientId}/health`);
  await look(`/console/relying-parties/${clientId}/health`);
  expect(await tab.textContent('main dl')).toContain('۱۰۰ درصد');
}

/** And how many secrets it has. */
async function howItIsProven(clientId: string) {
  const relyingParty = await provider.services.registry.relyingParties.find(clientId);
  return [relyingParty?.metadata.token_endpoint_auth_method, relyingParty?.secrets.length];
}

function issuerOfAcceptance(clientId: string): string {
  return provider.services.acceptance.issuers.issuerOf(clientId);
}
