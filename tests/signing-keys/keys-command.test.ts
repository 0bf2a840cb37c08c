import { beforeAll, describe, expect, test } from 'vitest';
import { DAY, SECOND } from '#platform/durations.ts';
import { runKeys } from '#root/commands/keys-program.ts';
import { keysWordsEn } from '#root/commands/keys-words-en.ts';
import { keysWordsFa } from '#root/commands/keys-words-fa.ts';
import type { KeysAtHand } from '#root/commands/open-for-keys.ts';
import { openEmbedded } from '#tests/support/servers.ts';
import { type OpenRing, openRing } from './open-ring.ts';

let ring: OpenRing;
beforeAll(async () => {
  ring = await openRing((await openEmbedded()).database);
}, 60_000);

/** The renewal as such has a test of its own, over a real database. */
const citizensKey: KeysAtHand['citizensKey'] = {
  isUnderWay: async () => false,
  async renew({ onWait }) {
    onWait(ring.clock.now());
    return { keyId: 'newer', resealed: 7, mayForgetAt: ring.clock.now() };
  },
  forget: async () => ({ outcome: 'nothing-older' }),
};

async function keys(line: string) {
  const printed: string[] = [];
  const complained: string[] = [];
  const exitCode = await runKeys(line.split(' '), {
    open: async ({ isRehearsal }) => ({
      signingKeys: ring.instance({ isRehearsal }),
      listReaders: async () => [],
      promiseCache: async () => 'promised' as const,
      masterKeyId: '0123abcd',
      citizensKey,
      rewrap: async () => ({ rewrapped: 1, verified: 1 }),
      close: async () => undefined,
    }),
    makeMasterKey: (name) => `keys/${name}.key`,
    print: (text) => printed.push(text),
    printError: (text) => complained.push(text),
    person: 'sara',
  });
  return { exitCode, said: printed.join('\n'), complained: complained.join('\n') };
}

describe('npm run keys, from the first ring to an emergency', () => {
  test('before the first ring, a person is told what to do, with exit code 5', async () => {
    expect(await keys('status')).toMatchObject({
      exitCode: 5,
      complained: expect.stringContaining('npm run keys -- init'),
    });
  });

  test('init makes it, a dry run before it does not', async () => {
    expect(await keys('init --dry-run')).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('nothing was written'),
    });
    expect((await keys('status')).exitCode).toBe(5);
    expect((await keys('init')).exitCode).toBe(0);
    expect((await keys('init')).exitCode).toBe(3);
  });

  test('status names the key that signs, the standby, what comes next and what a revocation costs, in both languages', async () => {
    const facts = JSON.parse((await keys('status --json')).said);
    const [{ signing, standby, next, revocation }] = facts.algorithms;
    expect(revocation.isSeamless).toBe(true);
    expect(next).toMatchObject({ step: 'rotate', kid: standby.kid });
    const { said } = await keys('status');
    for (const text of [signing.kid, standby.kid, 'Next: on', 'A revocation now', 'Sunday, 21 June 2026'])
      expect(said).toContain(text);
    const { said: persian } = await keys('status --language fa');
    for (const text of [signing.kid, standby.kid, 'گام بعدی', 'اگر همین حالا باطل شود', 'یکشنبه ۳۱ خرداد ۱۴۰۵'])
      expect(persian).toContain(text);
  });

  test('a rotation by hand is done, and refused with exit code 3 while a relying party may lack a standby', async () => {
    ring.clock.advance(15 * DAY);
    expect((await keys('rotate')).exitCode).toBe(0);
    expect(await keys('rotate')).toMatchObject({
      exitCode: 3,
      said: expect.stringContaining('some relying party may not have'),
    });
  });

  test('the emergency takes two people', async () => {
    const kid = JSON.parse((await keys('status --json')).said).algorithms[0].signing.kid;
    expect((await keys(`revoke ${kid}`)).exitCode).toBe(2);
    expect(await keys(`revoke ${kid} --reason stolen`)).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining(`approve ${kid}`),
    });
    expect((await keys('status')).said).toContain('"sara" asks to revoke');
    expect((await keys(`approve ${kid}`)).exitCode).toBe(3);
    expect(await keys(`approve ${kid} --by reza`)).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('revoked; its private half is erased'),
    });
    const { said } = await keys('status');
    expect(said).toContain(`the key ${kid} was revoked`);
    expect(said).not.toContain('asks to revoke');
  });

  test('a late schedule is exit code 4', async () => {
    ring.clock.advance(120 * DAY + 1 * SECOND);
    expect(await keys('status')).toMatchObject({ exitCode: 4, said: expect.stringContaining('Late: ') });
  });

  test.each([
    'stage',
    'verify',
    'export-public',
    'rewrap',
    'add-algorithm EdDSA',
    'exposure',
    'cache-promise somebody --hours 48',
    'renew-citizens-key',
    'new-master-key 2026-02-01',
  ])('%s answers in words and in JSON, and has a dry run', async (line) => {
    expect((await keys(`${line} --help`)).said).toContain('--json');
    expect((await keys(`${line} --dry-run`)).exitCode).toBe(0);
    const { exitCode, said } = await keys(`${line} --json`);
    expect(exitCode).toBe(0);
    expect(() => JSON.parse(said)).not.toThrow();
  });

  test('there is nothing to throw away before a renewal: exit code 3, in both languages', async () => {
    expect(await keys('forget-citizens-keys')).toMatchObject({ exitCode: 3, said: expect.stringContaining('First: ') });
    expect((await keys('forget-citizens-keys --language fa')).said).toContain('نخست: ');
    expect(await keys('forget-citizens-keys --dry-run')).toMatchObject({ exitCode: 0 });
  });

  test('what is not understood is exit code 2', async () => {
    for (const line of ['turn', 'rotate --alg HS256', 'freeze --from never --until ever --reason x']) {
      expect((await keys(line)).exitCode).toBe(2);
    }
  });

  test('no answer carries a private member', async () => {
    for (const line of ['status --json', 'export-public', 'verify --json', 'stage --alg RS256 --json']) {
      expect((await keys(line)).said).not.toMatch(/"(d|p|q|dp|dq|qi|k|sealedPrivate|private_half)"/);
    }
  });
});

test('both languages say the same things', () => {
  expect(Object.keys(keysWordsEn).sort()).toEqual(Object.keys(keysWordsFa).sort());
});
