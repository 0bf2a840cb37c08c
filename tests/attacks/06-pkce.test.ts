import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { answerIn, ask, basic, errorIn, obtainCode, post } from './hostile-requests.ts';

let provider: TestProvider;
const parties: Record<string, TestRelyingParty> = {};
const browser = createBrowser();

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  parties.confidential = await createRelyingParty(provider, { clientId: 'confidential' });
  parties.app = await createRelyingParty(provider, {
    clientId: 'app',
    method: 'none',
    metadata: { application_type: 'native' },
  });
});
afterAll(() => provider.close());

describe.each(['confidential', 'app'])('PKCE of the relying party "%s"', (clientId) => {
  const party = (): TestRelyingParty => {
    const found = parties[clientId];
    if (found === undefined) throw new Error(`no ${clientId}`);
    return found;
  };
  const authenticated = clientId === 'confidential' ? basic(clientId) : {};
  const redeem = (fields: Record<string, string>) =>
    post(
      `${provider.issuer}/token`,
      { ...fields, ...(clientId === 'app' ? { client_id: clientId } : {}) },
      authenticated,
    );

  test('control: S256 with its verifier is accepted', async () => {
    const { fields } = await obtainCode(provider, party(), { browser });
    expect(errorIn(await redeem(fields))).toBe('accepted');
  });

  const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url');
  test.each([
    ['left out', { code_challenge: undefined, code_challenge_method: undefined }],
    ['without its challenge', { code_challenge: undefined }],
    ['with an empty challenge', { code_challenge: '' }],
    ['empty altogether', { code_challenge: '', code_challenge_method: '' }],
    ['plain', { code_challenge: 'v'.repeat(43), code_challenge_method: 'plain' }],
    ['plain because no method is named', { code_challenge: 'v'.repeat(43), code_challenge_method: undefined }],
    ['of a method in small letters', { code_challenge: challenge, code_challenge_method: 's256' }],
    ['of an unknown method', { code_challenge: challenge, code_challenge_method: 'S512' }],
    ['with a challenge that is too short', { code_challenge: challenge.slice(1) }],
    ['with a challenge that is too long', { code_challenge: 'a'.repeat(129) }],
    ['with a challenge of other characters', { code_challenge: `${challenge.slice(1)}=` }],
  ])('a request with PKCE %s gets no code, pushed or not', async (_what, change) => {
    const url = new URL((await party().begin()).url);
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    const leadsTo = answerIn(await ask(url.href));
    expect(leadsTo?.searchParams.get('error')).toBe('invalid_request');
    expect(leadsTo?.searchParams.has('code')).toBe(false);
    const pushed = await post(`${provider.issuer}/par`, url.searchParams.toString(), authenticated);
    expect(errorIn(pushed)).toBe('invalid_request');
  });

  test('two challenges, or two methods, are refused', async () => {
    const { url } = await party().begin();
    for (const more of [`&code_challenge=${challenge}`, '&code_challenge_method=plain']) {
      const answer = answerIn(await ask(url + more));
      expect(answer?.searchParams.get('error') ?? 'page').not.toBe('code');
      expect(answer?.searchParams.has('code') ?? false).toBe(false);
    }
  });

  test.each([
    ['no verifier', () => undefined],
    ['an empty verifier', () => ''],
    ['the challenge itself', (_verifier: string, code: string) => code],
    ['a verifier cut by one', (verifier: string) => verifier.slice(0, -1)],
    ['a verifier with one more', (verifier: string) => `${verifier}a`],
    ['a verifier in other letters', (verifier: string) => verifier.toUpperCase()],
    ['a verifier followed by a space', (verifier: string) => `${verifier} `],
  ])('a code is not redeemed with %s', async (_what, spoil) => {
    const { fields, verifier } = await obtainCode(provider, party(), { browser });
    const spoiled = spoil(verifier, createHash('sha256').update(verifier).digest('base64url'));
    const { code_verifier: _right, ...rest } = fields;
    const answer = await redeem(spoiled === undefined ? rest : { ...rest, code_verifier: spoiled });
    expect([answer.status, answer.body.access_token]).toEqual([400, undefined]);
  });

  test('a code of one request is not redeemed with the verifier of another', async () => {
    const [mine, other] = [
      await obtainCode(provider, party(), { browser }),
      await obtainCode(provider, party(), { browser }),
    ];
    expect(errorIn(await redeem({ ...mine.fields, code_verifier: other.verifier }))).toBe('invalid_grant');
  });
});
