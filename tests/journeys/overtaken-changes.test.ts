import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Approvals } from '#operators/approvals.ts';
import { systemClock } from '#platform/clock.ts';
import { createTestOperator, type TestOperator } from '#tests/support/console.ts';
import { realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { SECRET } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';
import { en } from '#views/text/en.ts';
import { fa } from '#views/text/fa.ts';

/** What was asked about one revision of a service in production, and came after another: here, and at an instance beside. */
let provider: TestProvider;
let beside: TestProvider;
let ministry: TestOperator;

beforeAll(async () => {
  const stores = await realStores();
  provider = await startProvider({ stores });
  beside = await startProvider({
    stores,
    issuer: provider.issuer,
    folder: dirname(provider.services.settings.keysFolder),
  });
  ministry = await createTestOperator(provider, { citizen: 0, roles: [{ role: 'ministry' }], clock: systemClock });
}, 60_000);
afterAll(async () => {
  await beside.close();
  await provider.close();
});

const METADATA = {
  redirect_uris: ['https://portal.example.ac.ir/callback'],
  token_endpoint_auth_method: 'client_secret_basic',
};
const yes = { by: 'second', decision: 'approved', why: 'in order' } as const;

/** As a program asks: without the members that are what they are when nobody says so. */
async function ask(clientId: string, act: 'change-production' | 'weaken-security' = 'weaken-security') {
  await provider.register({ clientId, clientSecret: SECRET, environment: 'production', metadata: METADATA });
  const change = { metadata: { ...METADATA, default_max_age: 86_400 } };
  const payload = { change, expectedRevision: (await entry(clientId))?.revision ?? 0, note: '' };
  const asked = { subject: clientId, organisationId: clientId, askedBy: 'staff', why: 'for the test' };
  return provider.services.approvals.ask({ act, ...asked, payload });
}

const entry = (clientId: string) => provider.services.registry.relyingParties.find(clientId);
const waitingAt = async ({ list }: Approvals, subject: string) => (await list({ state: 'waiting', subject })).length;

/** Somebody else's revision, made at the other instance. */
async function overtake(clientId: string): Promise<void> {
  const change = { metadata: { ...METADATA, client_uri: 'https://portal.example.ac.ir/about' } };
  const changed = await beside.services.registry.registrations.change({
    by: 'a',
    approvedBy: 'b',
    clientId,
    change,
    note: '',
  });
  expect(changed.outcome).toBe('changed');
}

test.each(['change-production', 'weaken-security'] as const)(
  '%s that another revision came before waits for nobody, at no instance, and its page says why in both languages',
  async (act) => {
    const { id } = await ask(act, act);
    const path = `/console/approvals/${id}`;
    const { browser, page } = await ministry.enter({ to: path });
    expect(page.text).toContain('value="approved"');
    // What nobody mentioned is registered as it was, and is no change to read.
    expect(page.text).toContain('metadata.default_max_age');
    expect(page.text).not.toContain(`>${en.relyingParties.registered.grants}<`);
    expect([
      await waitingAt(provider.services.approvals, act),
      await waitingAt(beside.services.approvals, act),
    ]).toEqual([1, 1]);

    await overtake(act);
    await expect.poll(() => waitingAt(provider.services.approvals, act), { timeout: 5000 }).toBe(0);
    expect(await waitingAt(beside.services.approvals, act)).toBe(0);
    expect(await beside.services.approvals.find(id)).toMatchObject({
      state: 'refused',
      decided: { why: 'changed-since' },
    });
    const late = await submitTo(browser, page, {
      path,
      fields: { decision: 'approved', why: 'in order' },
      stayAt: provider.issuer,
    });
    expect(late.status).toBe(409);
    expect(late.text).not.toContain('value="approved"');
    // On the page of the decision, and on that of the service, where those read it who asked.
    for (const text of [en, fa]) {
      for (const at of [path, `/console/relying-parties/${act}`]) {
        const read = await browser.open(`${provider.issuer}${at}?ui_locales=${text.language}`);
        expect(read.text).toContain(text.consoleApprovals.decide.errors.overtaken);
      }
    }
    expect((await entry(act))?.metadata.default_max_age).toBeUndefined();
  },
);

test('control: what nothing came before is carried out, also where the other instance is asked', async () => {
  const { id } = await ask('untouched');
  expect(await beside.services.approvals.decide({ id, ...yes })).toMatchObject({ outcome: 'done' });
  expect(await waitingAt(provider.services.approvals, 'untouched')).toBe(0);
});

test('a change that was carried out by an instance which then died is not taken for one that was overtaken', async () => {
  const { id, payload } = await ask('carried-out');
  const asked = payload as { change: object; expectedRevision: number; note: string };
  const about = { by: 'staff', approvedBy: 'second', clientId: 'carried-out' };
  expect(await provider.services.registry.registrations.change({ ...about, ...asked })).toMatchObject({
    outcome: 'changed',
  });
  expect(await waitingAt(provider.services.approvals, 'carried-out')).toBe(1);
  expect(await provider.services.approvals.decide({ id, ...yes })).toMatchObject({ outcome: 'done' });
});
