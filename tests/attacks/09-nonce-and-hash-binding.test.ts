import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type Claims, type SpoilingProvider, startSpoilingProvider } from '#tests/demo/spoiling-provider.ts';
import { createBrowser, startUniversity, type UniversityUnderTest } from '#tests/demo/university-under-test.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { basic, obtainCode, post } from './hostile-requests.ts';

/**
 * A check of nonce or at_hash that is skipped when the claim is absent, empty or of another kind is no check (Logto
 * CVE-2026-15612). The ID tokens below are signed by the right key and differ from a good one by one claim alone.
 */
const now = () => systemClock.now();
const ACCESS_TOKEN = 'access-token-of-this-sign-in';

let provider: SpoilingProvider;
let university: UniversityUnderTest;

beforeAll(async () => {
  provider = await startSpoilingProvider({ now });
  university = await startUniversity({ issuer: provider.issuer, now });
});
afterAll(async () => {
  await university.close();
  await provider.close();
});
beforeEach(() => provider.spoil({}));

async function signInWith(change: (claims: Claims) => Claims): Promise<'signed in' | 'refused'> {
  provider.spoil({ claims: change });
  const browser = createBrowser();
  const { response } = await browser.follow(`${university.url}/login`);
  const page = await browser.visit(`${university.url}/me`);
  if (response.status === 200 && page.status === 200) return 'signed in';
  expect([response.status, page.status]).toEqual([400, 303]);
  return 'refused';
}

const textOf = (value: unknown) => String(value);
const hash = (text: string, bits = 256) => createHash(`sha${bits}`).update(text).digest();

/** What the demo's universities make of a nonce. */
const NONCES: [string, (nonce: string) => unknown][] = [
  ['left out', () => undefined],
  ['null', () => null],
  ['empty', () => ''],
  ['a space', () => ' '],
  ['true', () => true],
  ['zero', () => 0],
  ['a list with the right one', (nonce) => [nonce]],
  ['an empty list', () => []],
  ['an object', (nonce) => ({ nonce })],
  ['the right one in capitals', (nonce) => nonce.toUpperCase()],
  ['the right one, cut', (nonce) => nonce.slice(0, -1)],
  ['the right one and more', (nonce) => `${nonce}A`],
  ['the right one and a null character', (nonce) => `${nonce}\0`],
  ['the word undefined', () => 'undefined'],
];

const HASHES: [string, () => unknown][] = [
  ['null', () => null],
  ['empty', () => ''],
  ['true', () => true],
  ['a list with the right one', () => [hash(ACCESS_TOKEN).subarray(0, 16).toString('base64url')]],
  ["another token's", () => hash('another').subarray(0, 16).toString('base64url')],
  ['the right half', () => hash(ACCESS_TOKEN).subarray(16).toString('base64url')],
  ['the whole hash', () => hash(ACCESS_TOKEN).toString('base64url')],
  ['of another algorithm', () => hash(ACCESS_TOKEN, 384).subarray(0, 24).toString('base64url')],
  ['padded', () => hash(ACCESS_TOKEN).subarray(0, 16).toString('base64')],
  ['cut', () => hash(ACCESS_TOKEN).subarray(0, 8).toString('base64url')],
  ['the token itself', () => ACCESS_TOKEN],
];

test('control: the token that all others differ from by one claim is accepted', async () => {
  expect(await signInWith((claims) => claims)).toBe('signed in');
});

test('control: a university that did not look would let them in, for everything else about them is right', async () => {
  const claims = decodeJwt(await provider.idToken('n'));
  expect(claims).toMatchObject({ iss: provider.issuer, nonce: 'n', sub: 'subject-1' });
  expect(claims.at_hash).toBe(hash(ACCESS_TOKEN).subarray(0, 16).toString('base64url'));
});

describe('the demo universities refuse an ID token', () => {
  test.each(NONCES)('whose nonce is %s', async (_what, spoil) => {
    expect(await signInWith((claims) => ({ ...claims, nonce: spoil(textOf(claims.nonce)) }))).toBe('refused');
  });

  test('whose nonce belongs to another sign-in of the same browser', async () => {
    let earlier: unknown;
    await signInWith((claims) => {
      earlier = claims.nonce;
      return claims;
    });
    expect(await signInWith((claims) => ({ ...claims, nonce: earlier }))).toBe('refused');
  });

  test.each(HASHES)('whose at_hash is %s', async (_what, spoil) => {
    expect(await signInWith((claims) => ({ ...claims, at_hash: spoil() }))).toBe('refused');
  });
});

describe('our provider gives relying parties what they check', () => {
  let real: TestProvider;
  let party: TestRelyingParty;
  beforeAll(async () => {
    real = await startProvider();
    party = await createRelyingParty(real, { clientId: 'party' });
  });
  afterAll(() => real.close());

  async function nonceFor(nonce: string): Promise<unknown> {
    const { fields } = await obtainCode(real, party, { extra: { nonce } });
    const { body } = await post(`${real.issuer}/token`, fields, basic(party.clientId));
    return decodeJwt(String(body.id_token)).nonce;
  }

  test.each(['plain', 'with space', 'a"b\\c', '۱۲۳', 'n'.repeat(500)])(
    'the nonce as it was sent: %s',
    async (nonce) => {
      expect(await nonceFor(nonce)).toBe(nonce);
    },
  );

  test('and none where none was sent', async () => {
    expect(await nonceFor('')).toBe(undefined);
  });
});
