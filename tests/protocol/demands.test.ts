import { describe, expect, test } from 'vitest';
import { ACR_VALUES } from '#citizens/authentication-levels.ts';
import { IDENTITY_LEVELS } from '#citizens/citizen.ts';
import type { Proof } from '#citizens/proofs.ts';
import { demandsOf } from '#protocol/demands.ts';
import { levelToSay, proofsThatCount } from '#protocol/proven-for-request.ts';
import { AGREEABLE_ACR, AGREEABLE_IDENTITY } from '#relying-parties/agreed-demands.ts';

const [one, two, three] = ['urn:panjereh:aal:1', 'urn:panjereh:aal:2', 'urn:panjereh:aal:3'];
const agreeing = (leastAcr?: string) => ({ agreement: { claims: [], scopes: [], ...(leastAcr ? { leastAcr } : {}) } });
const essential = (...values: string[]) => JSON.stringify({ id_token: { acr: { essential: true, values } } });
const ask = (acrValues?: string, claims?: string, leastAcr?: string) =>
  demandsOf({ acrValues, claims }, agreeing(leastAcr));

describe('what a request demands', () => {
  test.each([
    ['nothing', ask(), { least: one, mustReach: one }],
    ['acr_values: a wish for the weakest of them', ask(`${three} ${two}`), { least: two, mustReach: one }],
    ['a wish that nobody knows', ask('loa:9'), { least: one, mustReach: one, isUnheardOf: false }],
    ['an essential claim', ask(undefined, essential(three ?? '')), { least: three, mustReach: three }],
    [
      'essential beside acr_values: the library forgets the first, we do not',
      ask(one, essential('phr')),
      { least: 'phr', mustReach: 'phr', wanted: ['phr'] },
    ],
    [
      'essential by a single value',
      ask(undefined, '{"id_token":{"acr":{"essential":true,"value":"phrh"}}}'),
      { mustReach: 'phrh' },
    ],
    [
      'an essential claim without a value: that it is told, and acr_values stay the wish that they are',
      ask(`${two}`, '{"id_token":{"acr":{"essential":true}}}'),
      { least: two, mustReach: one, wanted: [two], isUnheardOf: false },
    ],
    ['a voluntary claim', ask(undefined, `{"id_token":{"acr":{"values":["${two}"]}}}`), { least: two, mustReach: one }],
    ['an essential claim that nobody knows', ask(undefined, essential('loa:9')), { isUnheardOf: true }],
    ['the agreement', ask(undefined, undefined, two), { least: two, mustReach: two }],
    ['the agreement above the wish', ask(one, undefined, two), { least: two, mustReach: two }],
    ['an essential claim above the agreement', ask(undefined, essential(three ?? ''), two), { mustReach: three }],
    ['an agreement of words that we no longer know', ask(undefined, undefined, 'aal:old'), { least: one }],
    [
      'claims about other things',
      ask(undefined, '{"userinfo":{"acr":{"essential":true,"values":["phr"]}}}'),
      { mustReach: one },
    ],
    ['an acr claim of null', ask(undefined, '{"id_token":{"acr":null}}'), { mustReach: one }],
  ])('%s', (_title, demands, expected) => {
    expect(demands).toMatchObject(expected);
  });

  test('an agreement can demand every level that there is, and no other', () => {
    expect(AGREEABLE_ACR).toEqual(ACR_VALUES);
    expect(AGREEABLE_IDENTITY).toEqual(IDENTITY_LEVELS);
  });
});

describe('which level is told', () => {
  const password: Proof = { method: 'password', at: 10_000 };
  const code: Proof = { method: 'sms-code', at: 50_000 };
  const passkey: Proof = { method: 'passkey', at: 70_000 };
  test.each([
    ['the strongest where nothing was asked', [password, code], ask(), two, 10_000],
    ['a weaker one that was asked for, with its own time', [password, code, passkey], ask(one), one, 70_000],
    ['the strongest reached of several', [password, code], ask(`${one} ${two} ${three}`), two, 10_000],
    ["another's name for it where that was asked", [passkey], ask('phr'), 'phr', 70_000],
    ['of two names the one that was named first', [passkey], ask(`phr ${three}`), 'phr', 70_000],
    ['what was reached, where the wish was not', [password], ask(three), one, 10_000],
    ['not below the agreement, though it was asked for', [password, code], ask(one, undefined, two), two, 10_000],
    [
      'the essential one, though the agreement is above it',
      [passkey],
      ask(undefined, essential(one ?? ''), two),
      one,
      70_000,
    ],
  ])('%s', (_title, proofs, demands, acr, provenAt) => {
    expect(levelToSay(proofs, demands)).toMatchObject({ acr, provenAt });
  });

  test('nothing where the proofs make no sign-in', () => {
    expect(levelToSay([code], ask())).toBeUndefined();
  });
});

describe('which proofs count', () => {
  const HOUR = 3_600_000;
  const now = 100 * HOUR;
  const password: Proof = { method: 'password', at: now - 2 * HOUR };
  const code: Proof = { method: 'sms-code', at: now - HOUR };
  type Oidc = Parameters<typeof proofsThatCount>[0];
  const request = ({
    proofs,
    here = [],
    params = {},
    prompts = [],
    isShared = false,
  }: {
    proofs: Proof[];
    here?: Proof[];
    params?: Record<string, string>;
    prompts?: string[];
    isShared?: boolean;
  }) =>
    ({
      session: { proofs, accountId: 'somebody', transient: isShared },
      result: here.length > 0 ? { login: { accountId: 'somebody', proofs: here } } : undefined,
      params,
      prompts: new Set(prompts),
    }) as unknown as Oidc;
  const counting = (asked: Parameters<typeof request>[0]) =>
    proofsThatCount(request(asked), now).map(({ method }) => method);

  test('all of a session, as long as none is older than a session may be', () => {
    expect(counting({ proofs: [password, code] })).toEqual(['password', 'sms-code']);
    expect(counting({ proofs: [{ ...password, at: now - 24 * HOUR }, code] })).toEqual(['sms-code']);
    expect(counting({ proofs: [password, { ...code, at: now - HOUR + 1 }], isShared: true })).toEqual(['sms-code']);
  });

  test('under max_age each by its own time, to the second', () => {
    const proofs = [password, code];
    expect(counting({ proofs, params: { max_age: '7200' } })).toEqual(['password', 'sms-code']);
    expect(counting({ proofs, params: { max_age: '7199' } })).toEqual(['sms-code']);
    expect(counting({ proofs, params: { max_age: '3599' } })).toEqual([]);
  });

  test('what was given on the way of this request counts under any max_age', () => {
    expect(counting({ proofs: [password, code], here: [code], params: { max_age: '1' } })).toEqual(['sms-code']);
  });

  test('under prompt=login only what was given on the way of this request', () => {
    expect(counting({ proofs: [password, code], prompts: ['login'] })).toEqual([]);
    expect(counting({ proofs: [password, code], here: [code], prompts: ['login'] })).toEqual(['sms-code']);
  });

  test('a session from before sessions had proofs counts as a password', () => {
    const old = { session: { accountId: 'somebody', loginTs: now / 1000 - 60 }, params: {}, prompts: new Set() };
    expect(proofsThatCount(old as unknown as Oidc, now)).toEqual([{ method: 'password', at: now - 60_000 }]);
  });
});
