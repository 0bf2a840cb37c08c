import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { MARYAM, phoneOf, walkEnrolment } from '#tests/support/enrolment.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** Whoever signs in where they never did before is told by SMS, and nobody is told what they know. */
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

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36';
const numberOf = (citizen: number) => `+98999000000${citizen + 1}`;
const noticesTo = (phone: string) => outside.messagesTo(phone).filter((text) => /account\/activity/.test(text));

/** Whatever is owed has been sent when this is through. */
async function told(phone: string): Promise<readonly string[]> {
  const owed = async () =>
    (await sql`select id from text_messages where sent_at is null`.execute(provider.services.database)).rows.length;
  await expect.poll(owed, { timeout: 10_000 }).toBe(0);
  return noticesTo(phone);
}

async function signIn(browser: Browser, citizen: number, { isShared = false, password = provider.password } = {}) {
  const stay = { stayAt: provider.issuer };
  const page = await browser.open(`${provider.issuer}/enter`, stay);
  const { nationalCode = '' } = provider.citizens[citizen] ?? {};
  const fields = { national_code: nationalCode, password, ...(isShared ? { shared_computer: 'yes' } : {}) };
  return browser.submit(page, fields, stay);
}

async function signOut(browser: Browser): Promise<void> {
  const kept = browser.cookies.filter(({ name }) => name === 'panjereh_device');
  browser.cookies.splice(0, browser.cookies.length, ...kept);
}

describe('a notice of a new device', () => {
  test('comes once for a browser, names it, and leads to where one says that it was not oneself', async () => {
    const phone = numberOf(0);
    const browser = createBrowser({ userAgent: FIREFOX, language: 'en' });
    await signIn(browser, 0);
    expect(await told(phone)).toEqual([
      `Panjereh: your account was used to sign in from Firefox, Windows. If this was not you, say so now: ${provider.issuer}/account/activity`,
    ]);
    await signOut(browser);
    expect((await signIn(browser, 0)).url).toBe(`${provider.issuer}/`);
    expect(await told(phone)).toHaveLength(1);
    // The control: another browser is another device.
    await signIn(createBrowser({ userAgent: CHROME, language: 'en' }), 0);
    expect((await told(phone))[0]).toContain('from Chrome, Android');
  });

  test('comes in the language of the citizen’s own pages, and so do the other notices from then on', async () => {
    const phone = numberOf(1);
    await signIn(createBrowser({ userAgent: FIREFOX, language: 'fa' }), 1);
    expect(await told(phone)).toEqual([expect.stringContaining('با حساب شما از Firefox, Windows وارد شدند')]);
    const { people } = provider.services;
    const id = provider.citizens[1]?.id ?? '';
    expect((await people.citizens.findById(id))?.language).toBe('fa');
    await signIn(createBrowser({ userAgent: CHROME, language: 'en' }), 1);
    expect((await people.citizens.findById(id))?.language).toBe('en');
    expect((await told(phone))[0]).toContain('your account was used');
  });

  test('comes once for a shared computer, where nothing is kept in the browser', async () => {
    const phone = numberOf(2);
    for (let visit = 0; visit < 3; visit++) {
      const browser = createBrowser({ userAgent: FIREFOX });
      await signIn(browser, 2, { isShared: true });
      expect(browser.cookies.map(({ name }) => name)).not.toContain('panjereh_device');
    }
    expect(await told(phone)).toHaveLength(1);
    // The control: the same browser, not shared, is somebody's own and new.
    await signIn(createBrowser({ userAgent: FIREFOX }), 2);
    expect(await told(phone)).toHaveLength(2);
  });

  test('is not got round by a right password without the rest, nor by another citizen’s cookie', async () => {
    const phone = numberOf(3);
    const thief = createBrowser({ userAgent: FIREFOX });
    await signIn(thief, 0);
    await signOut(thief);
    const before = (await told(phone)).length;
    await signIn(thief, 3);
    expect(await told(phone)).toHaveLength(before + 1);
  });

  test('is limited: a stranger with the password cannot fill the phone', async () => {
    const phone = numberOf(0);
    for (let device = 0; device < 8; device++) await signIn(createBrowser({ userAgent: `Opera/${device}` }), 0);
    expect((await told(phone)).length).toBeLessThanOrEqual(5);
  });
});

test('whoever enrols is told of nothing that they do themselves, and what they have is recorded as added', async () => {
  const browser = createBrowser({ userAgent: FIREFOX });
  await walkEnrolment({ browser, outside, issuer: provider.issuer, who: MARYAM });
  await told(phoneOf(MARYAM));
  expect(outside.messagesTo(phoneOf(MARYAM)).filter((text) => !/\d{6}/.test(text))).toEqual([]);
  await provider.services.auditStore.flush();
  const { people, auditStore } = provider.services;
  const code = MARYAM.nationalCode as Parameters<typeof people.citizens.findByNationalCode>[0];
  const id = (await people.citizens.findByNationalCode(code))?.id ?? '';
  const changes = await auditStore.listOf(id, { limit: 10, names: ['factor.changed'] });
  expect(changes.map(({ details }) => details.act)).toEqual(changes.map(() => 'added'));
  expect(changes.length).toBeGreaterThan(0);
});
