import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
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
 * A university connects itself: everything that people do is done in pages, in Chromium. The university is the demo's,
 * twice, as universities have it: where it is tried out, on the machine of whoever writes it, and in production, under
 * a domain that is proven, behind TLS. That name is known to this test's name server and to its Chromium alone.
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
  provider = await startProvider({ environment: { PANJEREH_DNS_SERVERS: dns.address } });
  front = await startHttpsFront({ name: HOST, to: ports.production });
  browser = await launchChromium({ args: [`--host-resolver-rules=MAP ${HOST}:443 127.0.0.1:${front.port}`] });
});
afterAll(async () => {
  await browser.close();
  await Promise.all(universities.map((university) => university.close()));
  await front.close();
  await provider.close();
  await dns.close();
});

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

  const url = `https://${HOST}`;
  const live = await register(staff, { url, environment: 'production', testedAs: tested.clientId });
  await install({ ...live, url, port: ports.production, issuer: provider.issuer });
  await proposeAgreement(staff, live.clientId);
  await askToGoLive(staff, live.clientId);
  await tryAlone(staff, { citizenId: asker.id, clientId: live.clientId });
  await approve(ministry, 'توافق‌نامه را خواندم');
  const took = performance.now() - begun;

  await signInThere(await sitDown(phone), citizen);

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

type Installation = { clientId: string; secret: string; url: string; port: number; issuer: string };

async function install({ url, ...installation }: Installation): Promise<void> {
  universities.push(await runDemoUniversity({ ...installation, method: 'client_secret_basic', more: { url } }));
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
  { tab, look, complaints }: Awaited<ReturnType<typeof sitDown>>,
  citizen: TestProvider['citizens'][number],
) {
  await tab.goto(`https://${HOST}/?lang=fa`);
  await tab.click('#sign-in');
  await look('/sign-in/*');
  await fill(tab, { national_code: citizen.nationalCode, password: provider.password });
  await tab.click('form:has([name=password]) button[type=submit] >> nth=0');
  await look('/consent/*');
  await tab.click('button[value=allow]');
  await tab.waitForURL(`https://${HOST}/me`);
  expect(await tab.textContent('main')).toContain(citizen.familyName);
  expect(complaints).toEqual([]);
}

function issuerOfAcceptance(clientId: string): string {
  return provider.services.acceptance.issuers.issuerOf(clientId);
}
