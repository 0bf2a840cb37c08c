import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { DAY, inSeconds } from '#platform/durations.ts';
import { readAnswer } from '#sources/read-answer.ts';
import type { SourceClaim } from '#sources/source-claims.ts';

const now = 1_770_000_000_000;
const at = inSeconds(now);
const ALGORITHMS = ['ES256', 'RS256'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

/** A source that has published a key for each algorithm and is registered with the first. */
let keySet: { keys: Record<string, unknown>[] };
const privateKeys = new Map<Algorithm, CryptoKey>();
beforeAll(async () => {
  keySet = { keys: [] };
  for (const alg of ALGORITHMS) {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    privateKeys.set(alg, privateKey);
    keySet.keys.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' });
  }
});

async function signed(payload: JWTPayload, typ: string, alg: Algorithm): Promise<string> {
  const key = privateKeys.get(alg);
  if (key === undefined) throw new Error('the test has no such key');
  return new SignJWT(payload).setProtectedHeader({ alg, kid: alg, typ }).sign(key);
}

type Said = { iat?: number; exp?: number; alg?: Algorithm; claims?: readonly SourceClaim[] };

async function read({ iat = at, exp = at + 3600, alg = 'ES256', claims: allowed = ['degree', 'field'] }: Said = {}) {
  const common = { iss: 'https://source.example', iat, exp };
  const claims = { degree: 'bachelor', field: 'physics' };
  const statements = Object.fromEntries(
    await Promise.all(
      Object.entries(claims).map(async ([name, value]) => [
        name,
        await signed({ ...common, [name]: value }, 'claims-source-statement+jwt', alg),
      ]),
    ),
  );
  const answer = { ...common, sub: 'subject', aud: 'https://sso.example', nonce: 'nonce', claims, statements };
  return readAnswer(await signed(answer, 'claims-source-answer+jwt', alg), {
    source: { issuer: common.iss, claims: allowed, alg: 'ES256' },
    ...{ issuer: 'https://sso.example', subject: 'subject', nonce: 'nonce', now, keySet },
  });
}

test('control: what a source signed a moment ago is believed, for as long as it says', async () => {
  expect(await read()).toMatchObject({
    outcome: 'valid',
    said: { claims: { degree: 'bachelor', field: 'physics' }, goodUntil: now + 3_600_000 },
  });
});

test('another algorithm than the registered one is refused, though the source has published its key', async () => {
  expect(await read({ alg: 'RS256' })).toMatchObject({ outcome: 'not-valid' });
});

test('what has expired is refused, within the difference of clocks too; control: what lives a second longer is not', async () => {
  expect(await read({ iat: at - 30, exp: at - 10 })).toEqual({ outcome: 'not-valid', reason: 'exp' });
  expect(await read({ iat: at - 30, exp: at })).toEqual({ outcome: 'not-valid', reason: 'exp' });
  expect(await read({ iat: at - 30, exp: at + 1 })).toMatchObject({ outcome: 'valid' });
});

test('nothing is believed for longer than thirty days, whatever the source says', async () => {
  expect(await read({ exp: at + 400 * 86_400 })).toMatchObject({ said: { goodUntil: now + 30 * DAY } });
});

test('of what it says, only what it is registered for is kept, and only its statements', async () => {
  const answer = await read({ claims: ['degree'] });
  if (answer.outcome !== 'valid') throw new Error(answer.reason);
  expect(answer.said.claims).toEqual({ degree: 'bachelor' });
  expect(Object.keys(answer.said.statements)).toEqual(['degree']);
});
