import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#platform/durations.ts';
import { STUDENT } from '#tests/support/attached-world.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { connectSource, startClaimsSource, type TestSource } from '#tests/support/claims-source.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';
import { arriveStrongly, phoneOfCitizen } from '#tests/support/strong-citizen.ts';

/** A citizen takes everything that there is of them home, made in the background, sealed, and for them alone. */
const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;
let source: TestSource;
beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment });
  university = await createRelyingParty(provider, { clientId: 'university' });
  source = await startClaimsSource(provider, { clientId: 'university', clock });
  await connectSource(provider, source);
});
afterAll(async () => {
  source.close();
  await provider.close();
  await outside.close();
});
beforeEach(() => pass(31 * MINUTE));

async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await provider.services.signingKeys.refresh();
}

const DATA = '/account/data';
const at = (path: string) => `${provider.issuer}${path}`;
const idOf = (citizen: number) => provider.citizens[citizen]?.id ?? '';
const database = () => provider.services.database;

async function atData(citizen: number, browser = createBrowser()): Promise<Browser> {
  const page = await arriveStrongly({ provider, outside, browser, citizen, to: DATA });
  expect(page.url).toBe(at(DATA));
  return browser;
}

async function ask(browser: Browser) {
  return submitTo(browser, await browser.open(at(DATA)), { path: DATA, stayAt: provider.issuer });
}

const isReady = (browser: Browser) =>
  expect.poll(async () => (await browser.open(at(DATA))).text, { timeout: 10_000 }).toContain('The files are ready');

describe('everything as files', () => {
  test('holds what there is, in words and for programs, with times that everybody reads and no secret', async () => {
    const factors = createOwnFactors(provider, clock);
    await factors.authenticator(idOf(0));
    const codes = await factors.recoveryCodes(idOf(0));
    const browser = await atData(0);
    await university.signIn({ browser, citizen: 0, extra: { scope: 'openid profile phone', prompt: 'consent' } });
    await provider.services.auditStore.flush();
    await ask(browser);
    await isReady(browser);

    const json = await browser.open(at(`${DATA}/json`));
    expect(json.headers.get('content-disposition')).toBe('attachment; filename="panjereh-my-data.json"');
    const content = JSON.parse(json.text);
    const { nationalCode, givenName } = provider.citizens[0] ?? {};
    expect(content).toMatchObject({
      issuer: provider.issuer,
      identity: { nationalCode, givenName, phone: phoneOfCitizen(0), identityLevel: 'registry-and-phone-matched' },
      factors: { hasPassword: true, recoveryCodesLeft: 10, authenticators: [{ name: 'phone' }] },
      services: [{ clientId: 'university', name: { en: 'Service university' } }],
      receipts: [{ act: 'given', jws: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) }],
    });
    expect(content.madeAt).toBe(new Date(clock.now()).toISOString());
    expect(content.sessions.length).toBeGreaterThan(0);
    const names = content.activity.map(({ name }: { name: string }) => name);
    for (const name of ['citizen.signed-in', 'consent.given', 'authorization.granted']) expect(names).toContain(name);

    const page = await browser.open(at(`${DATA}/page`));
    expect(page.headers.get('content-disposition')).toContain('attachment');
    expect(page.text).toContain('<h1>My data at Panjereh</h1>');
    expect(page.text).toContain('You allowed');
    expect(page.text).toContain(nationalCode);

    const { rows } = await sql<{ secret: string; hash: string }>`
      select secret, hash from citizen_totp, citizen_passwords
      where citizen_totp.citizen_id = ${idOf(0)} and citizen_passwords.citizen_id = ${idOf(0)}`.execute(database());
    const secrets = [
      ...codes,
      rows[0]?.secret,
      rows[0]?.hash,
      provider.password,
      idOf(0),
      provider.citizens[1]?.nationalCode,
    ];
    for (const secret of secrets) expect(json.text + page.text).not.toContain(secret);
  });

  test('holds what a university said, with its signatures and until when it is good', async () => {
    const citizenId = idOf(0);
    const subject = await provider.services.registry.subjects.subjectFor({ citizenId, sector: 'university' });
    source.students.set(subject, STUDENT);
    expect(await provider.services.attachments.attach({ citizenId, clientId: 'university' })).toEqual({
      outcome: 'attached',
    });
    const browser = await atData(0);
    await ask(browser);
    await isReady(browser);
    const now = new Date(clock.now()).toISOString();
    expect(JSON.parse((await browser.open(at(`${DATA}/json`))).text).attached).toEqual([
      {
        source: { fa: 'سازمان university', en: 'Organisation university' },
        ...{ clientId: 'university', claims: STUDENT, isFresh: true, attachedAt: now, fetchedAt: now },
        goodUntil: new Date(Math.floor(clock.now() / 1000) * 1000 + HOUR).toISOString(),
        statements: Object.fromEntries(
          Object.keys(STUDENT).map((name) => [name, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)]),
        ),
      },
    ]);
    const page = await browser.open(at(`${DATA}/page`));
    expect(page.text).toContain('مهندسی کامپیوتر');
    expect(page.text).toContain('Organisation university');
  });

  test('rests sealed for its owner: a copy of the table has nothing of it, and it opens in no other row', async () => {
    const browser = await atData(1);
    await ask(browser);
    await isReady(browser);
    const { rows } = await sql<{ json: string; page: string }>`
      select json, page from account_exports where citizen_id = ${idOf(1)}`.execute(database());
    expect(rows[0]?.json).toMatch(/^v1\./);
    expect(JSON.stringify(rows)).not.toContain(provider.citizens[1]?.nationalCode);
    await sql`update account_exports set citizen_id = ${idOf(2)} where citizen_id = ${idOf(1)}`.execute(database());
    expect((await (await atData(2)).open(at(`${DATA}/json`))).status).toBe(500);
    // The control: in its own row it opens.
    await sql`update account_exports set citizen_id = ${idOf(1)} where citizen_id = ${idOf(2)}`.execute(database());
    expect((await browser.open(at(`${DATA}/json`))).text).toContain(provider.citizens[1]?.nationalCode);
  });

  test('goes only to its owner, a moment after they proved it with two factors, and for a day', async () => {
    const browser = await atData(2);
    await ask(browser);
    await isReady(browser);
    expect((await (await atData(3)).open(at(`${DATA}/json`))).status).toBe(404);
    expect((await createBrowser().open(at(`${DATA}/json`))).url).toContain('/sign-in/');
    expect((await browser.open(at(`${DATA}/json`))).status).toBe(200);
    await pass(11 * MINUTE);
    expect((await browser.open(at(`${DATA}/json`))).url).toContain('/sign-in/');
    await pass(1 * DAY);
    const late = await atData(2);
    expect((await late.open(at(DATA))).text).not.toContain('The files are ready');
    expect((await late.open(at(`${DATA}/json`))).status).toBe(404);
  });

  test('is gone on with by any instance when the one that made it is lost, and never made twice at once', async () => {
    const browser = await atData(3);
    await ask(browser);
    await isReady(browser);
    // As an instance leaves it that was lost after two parts: leased for a while, and not ready.
    await sql`update account_exports set ready_at = null, json = null, page = null, parts_done = 2,
      next_attempt_at = to_timestamp(${(clock.now() + HOUR) / 1000}) where citizen_id = ${idOf(3)}`.execute(database());
    const working = await browser.open(at(DATA));
    expect(working.text).toContain('2 of 8 parts are ready');
    expect(working.headers.get('refresh')).toBe('3');
    expect(await provider.services.accountExports.ask({ citizenId: idOf(3), language: 'en' })).toEqual({
      outcome: 'under-way',
    });
    await provider.services.accountExports.work();
    expect((await browser.open(at(DATA))).text).toContain('2 of 8 parts are ready');
    await pass(2 * HOUR);
    await provider.services.accountExports.work();
    expect((await (await atData(3)).open(at(DATA))).text).toContain('The files are ready');
  });

  test('is made three times a day at the most, and the page says when again', async () => {
    const browser = await atData(3);
    const statuses: number[] = [];
    for (let times = 0; times < 4; times++) {
      statuses.push((await ask(browser)).status);
      await isReady(browser);
    }
    expect(statuses).toContain(429);
    const refused = await ask(browser);
    expect([refused.status, refused.text]).toEqual([429, expect.stringContaining('You can do so again in')]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
  });
});
