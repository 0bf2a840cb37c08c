import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { systemClock } from '#platform/clock.ts';
import { createSignSourceToken } from '#protocol/source-tokens.ts';
import { type Browser, createBrowser, readForms } from '#tests/support/browser.ts';
import { type DemoUniversity, startDemoUniversity } from '#tests/support/demo-university.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** Two universities that are each other's source and consumer, in processes of their own. */
let provider: TestProvider;
let one: DemoUniversity;
let two: DemoUniversity;
const claim = (name: string) => ({ claim: name, purpose: { fa: 'برای آزمون', en: 'for the test' }, required: true });
const agreement = {
  claims: ['given_name', 'family_name', 'student_status', 'field', 'entry_year'].map(claim),
  scopes: ['openid', 'profile', 'academic'],
};

beforeAll(async () => {
  provider = await startProvider();
  const scope = 'openid profile academic';
  const method = 'private_key_jwt';
  one = await startDemoUniversity(provider, { clientId: 'demo-university-one', method, agreement, more: { scope } });
  const other = { other: one.url, 'other-name-fa': 'دانشگاه نمونهٔ یک', 'other-name-en': 'Demo University One' };
  const more = { scope, ...other };
  two = await startDemoUniversity(provider, { clientId: 'demo-university-two', method, agreement, more });
  const keys = { endpoint: `${one.url}/claims-source`, jwksUri: `${one.url}/jwks`, alg: 'ES256' };
  const said = ['student_status', 'field', 'entry_year'];
  const draft = { clientId: 'demo-university-one', issuer: one.url, ...keys, claims: said, state: 'active' } as const;
  expect(await provider.services.claimsSources.save(draft, { by: 'tests' })).toEqual({ outcome: 'saved' });
});
afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
  await provider.close();
});

/** Signed in where it is asked for, everything allowed that is asked for. */
async function arriveAt(browser: Browser, university: DemoUniversity, citizen: number) {
  let page = await browser.open(`${university.url}/login`);
  const who = { national_code: provider.citizens[citizen]?.nationalCode ?? '', password: provider.password };
  if (page.url.includes('/sign-in/')) page = await browser.submit(page, who);
  if (page.url.includes('/consent/')) page = await browser.submit(page, { decision: 'allow' });
  return page;
}

async function attach(browser: Browser) {
  const page = await browser.open(`${provider.issuer}/account/attached`);
  const form = readForms(page.text).findIndex(({ action }) => action === '/account/attached');
  return browser.submit(page, { attach: 'demo-university-one' }, { form });
}

test.each([
  ['fa', 0, 'دانشجوی <bdi>دانشگاه نمونهٔ یک', 'بی هیچ کاغذی'],
  ['en', 2, 'Graduate of <bdi>Demo University One', 'no document'],
] as const)(
  'in %s: attached at one, “student of the other” at the other, without a document',
  async (language, citizen, sentence, how) => {
    const browser = createBrowser({ language });
    await browser.open(`${two.url}/?lang=${language}`);
    // The control: before anything is attached the other knows nothing.
    expect((await arriveAt(browser, two, citizen)).text).not.toContain(how);
    await arriveAt(browser, one, citizen);
    expect((await attach(browser)).text).toContain(citizen === 0 ? 'مهندسی کامپیوتر' : 'زبان و ادبیات فارسی');
    const page = await arriveAt(browser, two, citizen);
    expect(page.text).toContain(sentence);
    expect(page.text).toContain(how);
  },
);

test('whom the university does not know is told to sign in there first', async () => {
  const browser = createBrowser();
  await arriveAt(browser, one, 3);
  const page = await attach(browser);
  expect([page.status, page.text.includes('does not know you')]).toEqual([422, true]);
});

test('the demo answers as docs/openapi/claims-source.yaml says, and the document is valid', async () => {
  const document = parse(await readFile('docs/openapi/claims-source.yaml', 'utf8'));
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  const { services, issuer, citizens } = provider;
  const sign = createSignSourceToken({ issuer, signingKeys: services.signingKeys, clock: systemClock });
  const endpoint = `${one.url}/claims-source`;
  const about = { citizenId: citizens[0]?.id ?? '', sector: 'demo-university-one' };
  const token = await sign({ audience: endpoint, subject: await services.registry.subjects.subjectFor(about) });
  const ask = (bearer: string, body: object) =>
    fetch(endpoint, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    });
  const ajv = new Ajv2020({ strict: false, formats: { uri: true } }).addSchema(document, 'd');
  const fits = (name: string, value: unknown) => ajv.validate({ $ref: `d#/components/schemas/${name}` }, value);

  const question = { claims: ['student_status', 'field'], nonce: 'a-nonce-of-twenty-characters' };
  expect(fits('Question', question)).toBe(true);
  const answer = (await (await ask(token, question)).json()) as { answer: string };
  expect(fits('Answer', answer)).toBe(true);
  const payload = decodeJwt(answer.answer);
  expect(fits('SignedAnswer', payload)).toBe(true);
  expect(payload.claims).toEqual({ student_status: 'active', field: 'مهندسی کامپیوتر' });
  // The controls: what is missing is noticed.
  expect(fits('SignedAnswer', { ...payload, nonce: undefined })).toBe(false);
  expect(fits('Answer', {})).toBe(false);

  const elsewhere = await sign({ audience: `${two.url}/claims-source`, subject: 'x' });
  const nobody = await sign({ audience: endpoint, subject: 'nobody' });
  const refused = await Promise.all([
    ask(elsewhere, question),
    ask('none', question),
    ask(token, {}),
    ask(nobody, question),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([401, 401, 400, 404]);
  for (const response of refused) expect(fits('Error', await response.json())).toBe(true);
});
