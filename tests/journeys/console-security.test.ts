import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import type { Browser, Page } from '#tests/support/browser.ts';
import { createTestOperator, type TestOperator } from '#tests/support/console.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

const clock = createFakeClock(Math.floor(systemClock.now() / 1000) * 1000);
let provider: TestProvider;
let sara: { of: TestOperator; browser: Browser };
let reza: { of: TestOperator; browser: Browser };
let auditor: { of: TestOperator; browser: Browser };

beforeAll(async () => {
  provider = await startProvider({ clock });
  const enter = async (citizen: number, role: 'security' | 'auditor') => {
    const of = await createTestOperator(provider, { citizen, roles: [{ role }], clock });
    const { browser } = await of.enter();
    return { of, browser };
  };
  sara = await enter(0, 'security');
  reza = await enter(1, 'security');
  auditor = await enter(2, 'auditor');
});
afterAll(() => provider.close());

const open = ({ browser }: { browser: Browser }, path: string) =>
  browser.open(`${provider.issuer}${path}`, { stayAt: provider.issuer });
const submit = ({ browser }: { browser: Browser }, page: Page, path: string, fields: Record<string, string> = {}) =>
  submitTo(browser, page, { path, fields, stayAt: provider.issuer });
const ring = async (alg = 'ES256') =>
  (await provider.services.signingKeys.status()).algorithms.find((it) => it.alg === alg);
const signingKid = async (alg?: string) => (await ring(alg))?.signing?.kid ?? '';

describe('the signing keys in the console', () => {
  test('say which key signs, which stands by, what comes next and what a revocation would cost', async () => {
    const page = await open(sara, '/console/keys');
    const { signing, standby } = (await ring()) ?? {};
    expect(page.text).toContain(signing?.kid);
    expect(page.text).toContain(standby?.kid);
    for (const said of ['takes over signing, by itself', 'If it were revoked now', 'Sign-in cookies'])
      expect(page.text).toContain(said);
  });

  test('are rotated by hand after a look at what that does', async () => {
    const [before, next] = [await signingKid(), (await ring())?.standby?.kid];
    const rehearsed = await open(sara, '/console/keys/rotate?alg=ES256');
    expect(rehearsed.text).toContain('a new key');
    expect(await signingKid()).toBe(before);
    const done = await submit(sara, rehearsed, '/console/keys/rotate');
    expect(done.text).toContain('The new key signs from now on');
    expect(await signingKid()).toBe(next);
    const early = await open(sara, '/console/keys/rotate?alg=ES256');
    expect(early.text).toContain('may not have the standby');
  });

  test('are revoked by two people: one asks and says why, and another one agrees', async () => {
    const kid = await signingKid('RS256');
    const asking = await open(sara, `/console/keys/revoke?kid=${kid}`);
    expect((await submit(sara, asking, '/console/keys/revoke', { reason: ' ' })).text).toContain('Say why.');
    const personal = await submit(sara, asking, '/console/keys/revoke', { reason: 'ask ۰۹۱۲ ۱۲۳ ۴۵۶۷' });
    expect(personal.text).toContain('Leave out numbers of people.');
    const asked = await submit(sara, asking, '/console/keys/revoke', { reason: 'a disk was stolen' });
    expect(asked.text).toContain('Somebody else of the security team has to agree');
    expect(await signingKid('RS256')).toBe(kid);

    const listed = await open(reza, '/console/keys');
    expect(listed.text).toContain('Look at the request');
    const request = await open(reza, `/console/keys/revoke?kid=${kid}`);
    expect(request.text).toContain('a disk was stolen');
    const done = await submit(reza, request, '/console/keys/approve');
    expect(done.text).toContain('The key is revoked');
    expect(await signingKid('RS256')).not.toBe(kid);
    const jwks = await (await fetch(`${provider.issuer}/jwks`)).json();
    expect(JSON.stringify(jwks)).not.toContain(kid);
  });

  test('are not revoked by whoever asked, whatever form they send', async () => {
    const kid = await signingKid();
    const asking = await open(sara, `/console/keys/revoke?kid=${kid}`);
    const asked = await submit(sara, asking, '/console/keys/revoke', { reason: 'alone' });
    // The form that a second person would find on this page.
    const text = asking.text.replace('/console/keys/revoke"', '/console/keys/approve"');
    expect(asked.text).not.toContain('/console/keys/approve');
    const forged = await submit(sara, { ...asking, text }, '/console/keys/approve');
    expect(forged.text).toContain('The request is yours; somebody else has to agree');
    expect(await signingKid()).toBe(kid);
  });

  test('show on the exposure board who has fetched a key', async () => {
    const kid = await signingKid();
    await fetch(`${provider.issuer}/jwks`, { headers: { 'user-agent': 'Testing-Client/3' } });
    const page = await open(auditor, `/console/keys/exposure?kid=${kid}`);
    expect(page.text).toContain('Testing-Client/3');
    expect((await open(auditor, '/console/keys/exposure?kid=nothing')).status).toBe(404);
  });

  test('are looked at by an auditor, and no more', async () => {
    const page = await open(auditor, '/console/keys');
    expect(page.text).not.toContain('Ask to revoke');
    expect((await open(auditor, '/console/keys/rotate?alg=ES256')).status).toBe(403);
    expect((await open(auditor, '/console/incidents')).status).toBe(403);
  });
});

describe('an incident', () => {
  async function reported() {
    const citizenId = provider.citizens[3]?.id ?? '';
    await provider.services.audit.sessionEnded({ citizenId, by: 'citizen', relyingPartiesToTell: 0 });
    const [event] = await provider.services.auditStore.listOf(citizenId, { limit: 1 });
    const { people } = provider.services;
    const { id } = await people.incidents.report({ citizenId, eventId: Number(event?.id) });
    return { id, citizenId, path: `/console/incidents/${id}`, reference: id.slice(0, 8).toUpperCase() };
  }

  test('is taken by one, is not closed without a note, and its citizen reads that it was looked into', async () => {
    const { id, citizenId, path, reference } = await reported();
    expect((await open(sara, '/console/incidents')).text).toContain(reference);
    const page = await open(sara, path);
    const taken = await submit(sara, page, `${path}/take`);
    expect(taken.text).toContain('What did you find?');
    const late = await submit(reza, await open(reza, path), `${path}/take`).catch(() => undefined);
    expect(late).toBeUndefined();
    expect((await submit(sara, taken, `${path}/close`, { note: '' })).text).toContain('Say what you found.');
    const closed = await submit(sara, taken, `${path}/close`, { note: 'They were travelling.' });
    expect(closed.text).toContain('They were travelling.');
    expect((await open(reza, '/console/incidents')).text).not.toContain(reference);
    expect((await open(reza, '/console/incidents?state=closed')).text).toContain(reference);

    const heard = await provider.services.auditStore.listOf(citizenId, { limit: 5 });
    const told = heard.find(({ name }) => name === 'incident.closed');
    expect(told?.details).toEqual({ incidentId: id });
    expect(JSON.stringify(heard)).not.toContain(sara.of.citizenId);
  });

  test('that is put back waits for somebody else', async () => {
    const { path } = await reported();
    const taken = await submit(sara, await open(sara, path), `${path}/take`);
    await submit(sara, taken, `${path}/let-go`);
    expect((await submit(reza, await open(reza, path), `${path}/take`)).text).toContain('What did you find?');
    // The page that was shown before: somebody else works on it now.
    expect((await submit(sara, taken, `${path}/close`, { note: 'mine' })).text).toContain('Somebody else has taken');
  });
});
