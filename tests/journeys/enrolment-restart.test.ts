import { expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { NAVID, NEW_PASSWORD, walkEnrolment, wordsOf } from '#tests/support/enrolment.ts';
import { startOutsideServices } from '#tests/support/outside-services.ts';
import { addressOf, realStores, startProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

test('a restart before every step of an enrolment loses nothing, up to the university that asked', async () => {
  const outside = await startOutsideServices();
  const stores = await realStores();
  // Holds the keys, and answers nothing: every step is taken by an instance that was started for it.
  const first = await startProvider({ stores, environment: outside.environment });
  const folder = first.services.settings.keysFolder.replace(/\/keys$/, '');
  const start = () => startProvider({ stores, folder, issuer: first.issuer, environment: outside.environment });
  const university = await createRelyingParty(first, { clientId: 'university' });
  let current = await start();
  let restarts = 0;
  const restart = async () => {
    await current.close();
    current = await start();
    restarts += 1;
  };
  const send = (at: URL, init: RequestInit) => fetch(at.href.replace(first.issuer, addressOf(current)), init);
  const browser = createBrowser({ send });

  const { url, finish } = await university.begin();
  const signIn = await browser.open(url, { stayAt: first.issuer });
  const walk = { browser, outside, issuer: first.issuer, who: NAVID, startAt: `${signIn.url}/enrol` };
  const done = await walkEnrolment({ ...walk, between: restart });
  expect(wordsOf(done)).toContain('Your account is ready');
  await restart();
  const consent = await browser.submit(done, {}, { stayAt: first.issuer });
  await restart();
  const answer = await browser.submit(consent, { decision: 'allow' }, { stayAt: first.issuer });
  const tokens = await finish(new URL(answer.leadsTo ?? ''));
  expect(tokens.claims()).toMatchObject({ acr: 'urn:panjereh:aal:2' });
  expect(restarts).toBe(10);

  const later = createBrowser({ send });
  const again = await later.open((await university.begin()).url, { stayAt: first.issuer });
  const fields = { national_code: NAVID.nationalCode, password: NEW_PASSWORD };
  expect((await later.submit(again, fields, { stayAt: first.issuer })).leadsTo).toContain('code=');

  await current.close();
  await first.close();
  await outside.close();
}, 120_000);
