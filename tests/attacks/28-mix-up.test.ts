import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, readForms } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { answerIn, ask, obtainCode } from './hostile-requests.ts';

/** A relying party of two issuers is made to take the answer of one for the answer of the other. */
let provider: TestProvider;
let other: TestProvider;
let university: TestRelyingParty;
let sameNameElsewhere: TestRelyingParty;

beforeAll(async () => {
  [provider, other] = await Promise.all([startProvider({ stores: 'real' }), startProvider({ stores: 'real' })]);
  university = await createRelyingParty(provider, { clientId: 'university' });
  sameNameElsewhere = await createRelyingParty(other, { clientId: 'university' });
});
afterAll(async () => {
  await other.close();
  await provider.close();
});

test('discovery promises iss in answers', () => {
  expect(university.config.serverMetadata()).toMatchObject({
    issuer: provider.issuer,
    authorization_response_iss_parameter_supported: true,
  });
});

test('every answer says who gave it: codes, refusals and errors, in the address and in forms', async () => {
  const browser = createBrowser();
  const { callback } = await obtainCode(provider, university, { browser });
  const answers = [callback];
  for (const extra of [
    { prompt: 'none' },
    { scope: 'openid national_code_of_somebody', prompt: 'none consent' },
    { response_type: 'token' },
    { code_challenge_method: 'plain' },
    { claims: '{' },
    { request: 'a.b.c' },
  ] as Record<string, string>[]) {
    const answer = answerIn(await ask((await university.begin(extra)).url));
    if (answer === undefined) throw new Error(`no answer to ${JSON.stringify(extra)}`);
    answers.push(answer);
  }
  const asked = await createBrowser().open((await university.begin()).url, { stayAt: provider.issuer });
  expect(asked.url).toContain('/sign-in/');
  const refuser = createBrowser();
  const page = await refuser.open((await university.begin()).url, { stayAt: provider.issuer });
  const cancel = readForms(page.text).findIndex(({ action }) => action.endsWith('/cancel'));
  const refused = await refuser.submit(page, {}, { stayAt: provider.issuer, form: cancel });
  answers.push(new URL(refused.leadsTo ?? ''));
  for (const answer of answers) {
    const where = answer.hash === '' ? answer.searchParams : new URLSearchParams(answer.hash.slice(1));
    expect([answer.href, where.getAll('iss')]).toEqual([answer.href, [provider.issuer]]);
  }

  for (const extra of [{ prompt: 'none' }, { scope: 'openid', code_challenge: '' }] as Record<string, string>[]) {
    const form = await ask((await university.begin({ ...extra, response_mode: 'form_post' })).url);
    const fields = new Map(readForms(form.text)[0]?.hidden ?? []);
    expect([fields.get('iss'), fields.has('error')]).toEqual([provider.issuer, true]);
  }
});

test('an iss that the request brings along does not get into the answer', async () => {
  const { url } = await university.begin({
    prompt: 'none',
    iss: 'https://evil.example',
    state: 'x&iss=https://evil.example',
  });
  expect(answerIn(await ask(url))?.searchParams.getAll('iss')).toEqual([provider.issuer]);
});

test('a careful relying party refuses the code of the other issuer, and of none', async () => {
  const begun = await university.begin();
  const { callback } = await obtainCode(other, sameNameElsewhere);
  const state = new URL(begun.url).searchParams.get('state') ?? '';
  callback.searchParams.set('state', state);
  expect(await whyRefused(begun.finish(callback))).toContain('"iss"');
  callback.searchParams.delete('iss');
  expect(await whyRefused(begun.finish(callback))).toContain('"iss"');
});

async function whyRefused(attempt: Promise<unknown>): Promise<string> {
  const outcome = await attempt.then(
    () => 'accepted',
    (error: Error) => error,
  );
  return outcome instanceof Error ? `${outcome.message}: ${String(outcome.cause)}` : outcome;
}

test('tokens, sessions and hints of one issuer are nothing to another', async () => {
  const browser = createBrowser();
  const tokens = await sameNameElsewhere.signIn({ browser });
  expect(decodeJwt(tokens.id_token ?? '').iss).toBe(other.issuer);
  await expect(oidc.tokenIntrospection(university.config, tokens.access_token)).resolves.toEqual({ active: false });
  const { url } = await university.begin({ prompt: 'none', id_token_hint: tokens.id_token ?? '' });
  expect(answerIn(await ask(url))?.searchParams.get('error')).toBe('invalid_request');

  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const elsewhere = await ask((await sameNameElsewhere.begin({ prompt: 'none' })).url, { headers: { cookie } });
  expect(answerIn(elsewhere)?.searchParams.has('code')).toBe(true);
  const here = await ask((await university.begin({ prompt: 'none' })).url, { headers: { cookie } });
  expect(answerIn(here)?.searchParams.get('error')).toBe('login_required');
});
