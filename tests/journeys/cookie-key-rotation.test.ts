import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMasterKeyFile } from '#platform/sealing/master-keys.ts';
import { openSigningKeysFrom } from '#root/commands/open-for-keys.ts';
import { readSettings } from '#root/settings.ts';
import { COOKIES } from '#signing-keys/states.ts';
import { ageKeys, letScheduleAct } from '#tests/support/aged-keys.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { addressOf, realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Two instances of one issuer; each request is sent to the one that the test names. */
let one: TestProvider;
let two: TestProvider;
let university: TestRelyingParty;
const folder = mkdtempSync(join(tmpdir(), 'panjereh-cookies-'));
const by = 'tests';

beforeAll(async () => {
  const stores = await realStores();
  createMasterKeyFile(join(folder, 'keys'), 'tests');
  const settings = readSettings({
    NODE_ENV: 'test',
    PANJEREH_KEYS_FOLDER: join(folder, 'keys'),
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
  });
  const keys = await openSigningKeysFrom(settings)({ isRehearsal: false, mayMigrate: true });
  await keys.signingKeys.init({ by });
  await keys.close();
  one = await startProvider({ stores, folder });
  two = await startProvider({ stores, folder, issuer: one.issuer });
  university = await createRelyingParty(one, { clientId: 'university' });
});
afterAll(async () => {
  await two?.close();
  await one?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function signIn(): Promise<Browser> {
  const browser = createBrowser();
  await university.signIn({ browser });
  return browser;
}

/** Whether this instance knows the browser's session, without showing a page. */
async function isSignedIn(browser: Browser, instance: TestProvider): Promise<boolean> {
  const { url } = await university.begin({ prompt: 'none' });
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const target = new URL(url);
  const answer = await fetch(`${addressOf(instance)}${target.pathname}${target.search}`, {
    headers: { cookie },
    redirect: 'manual',
  });
  for (const line of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const known = browser.cookies.find((it) => it.name === name);
    if (known !== undefined && value !== '') known.value = value;
  }
  return new URL(answer.headers.get('location') ?? 'about:blank').searchParams.has('code');
}

const copyOf = (browser: Browser): Browser => {
  const copy = createBrowser();
  copy.cookies.push(...browser.cookies.map((cookie) => ({ ...cookie })));
  return copy;
};
const signing = ({ services }: TestProvider) => services.signingKeys.current().cookies[0]?.kid;

describe('keys of cookies', () => {
  test('both instances sign with the same key, and know the standbys before they sign', () => {
    expect(signing(one)).toBeDefined();
    expect(one.services.signingKeys.current().cookies.map(({ kid, state }) => [kid, state])).toEqual(
      two.services.signingKeys.current().cookies.map(({ kid, state }) => [kid, state]),
    );
    expect(one.services.signingKeys.current().cookies.map(({ state }) => state)).toEqual([
      'ACTIVE',
      'PUBLISHED',
      'PUBLISHED',
    ]);
  });

  test('a planned rotation is refused until every instance has the standbys', async () => {
    expect((await one.services.signingKeys.rotate({ by, alg: COOKIES })).outcome).toBe('standby-not-everywhere');
  });

  test('a rotation signs nobody out: not on the instance that did it, nor on one that has not heard of it, nor after', async () => {
    const before = await signIn();
    const old = copyOf(before);
    await ageKeys(one.services, COOKIES, 1);
    const kid = signing(one);
    expect((await one.services.signingKeys.rotate({ by, alg: COOKIES })).outcome).toBe('done');
    expect(signing(one)).not.toBe(kid);
    // The other one has not polled yet, or just has: either way it verifies what the new key signed.
    const fresh = await signIn();
    expect(await isSignedIn(copyOf(fresh), two)).toBe(true);
    expect(await isSignedIn(before, one)).toBe(true);
    await two.services.signingKeys.refresh();
    expect(signing(two)).toBe(signing(one));
    for (const instance of [one, two]) {
      expect(await isSignedIn(before, instance)).toBe(true);
      expect(await isSignedIn(copyOf(old), instance)).toBe(true);
    }
    const sigOf = (browser: Browser) => browser.cookies.find(({ name }) => name.endsWith('panjereh.sig'))?.value;
    expect(sigOf(before), 'a browser that came by moved on to the new key').not.toBe(sigOf(old));
  });

  test('a cookie signed by a key that is over is refused everywhere; one that moved on is not', async () => {
    const old = await signIn();
    const movedOn = copyOf(old);
    await ageKeys(one.services, COOKIES, 1);
    await one.services.signingKeys.rotate({ by, alg: COOKIES });
    expect(await isSignedIn(movedOn, one)).toBe(true);
    expect(await isSignedIn(copyOf(old), one)).toBe(true);
    await ageKeys(one.services, COOKIES, 15);
    await letScheduleAct(one.services);
    await two.services.signingKeys.refresh();
    expect(one.services.signingKeys.current().cookies.map(({ state }) => state)).not.toContain('RETIRING');
    for (const instance of [one, two]) {
      expect(await isSignedIn(copyOf(old), instance)).toBe(false);
      expect(await isSignedIn(copyOf(movedOn), instance)).toBe(true);
    }
  });

  test('a cookie signed by a revoked key is refused everywhere, and new sign-ins go on', async () => {
    const victim = await signIn();
    const kid = signing(one) ?? '';
    expect(await isSignedIn(copyOf(victim), one)).toBe(true);
    await one.services.signingKeys.requestRevocation({ kid, reason: 'a drill', by: 'sara' });
    expect((await two.services.signingKeys.approveRevocation({ kid, by: 'reza' })).outcome).toBe('done');
    await one.services.signingKeys.refresh();
    for (const instance of [one, two]) expect(await isSignedIn(copyOf(victim), instance)).toBe(false);
    const control = await signIn();
    for (const instance of [one, two]) expect(await isSignedIn(copyOf(control), instance)).toBe(true);
  });

  test('no secret and no fingerprint of cookies is in the key set or in what may be public', async () => {
    const shown = [
      await (await fetch(`${addressOf(one)}/jwks`)).text(),
      JSON.stringify(await one.services.signingKeys.exportPublic()),
    ].join('\n');
    for (const { kid } of one.services.signingKeys.current().cookies) expect(shown).not.toContain(kid);
  });
});
