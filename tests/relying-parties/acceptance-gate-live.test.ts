import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import { GRACE, RERUN_EVERY } from '#relying-parties/acceptance/gate.ts';
import type { Run } from '#relying-parties/acceptance/run.ts';
import { type Careless, endOf, runToEnd, setUp, startCareless } from '#tests/support/acceptance.ts';
import { createTestOperator } from '#tests/support/console.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';

/** A university with a test entry that is tried and one in production that citizens use, at two instances. */
const TESTED = 'uni-test';
const LIVE = 'uni-live';
const METADATA = { redirect_uris: ['https://uni.example/callback'], token_endpoint_auth_method: 'client_secret_basic' };
const OF_THE_MINISTRY = 'somebody-of-the-ministry';

/** Begins with the real time, which tokens carry. */
const clock = createFakeClock(systemClock.now());
let one: TestProvider;
let two: TestProvider;
let university: Careless;

beforeAll(async () => {
  const stores = await realStores();
  one = await startProvider({ stores, clock });
  two = await startProvider({ stores, clock, issuer: one.issuer, folder: dirname(one.services.settings.keysFolder) });
  university = await startCareless(one, { clientId: TESTED });
  await one.register({
    clientId: LIVE,
    organisationId: TESTED,
    environment: 'production',
    state: 'not-live',
    clientSecret: 'a-secret-of-a-live-university-of-more-than-32-characters',
    metadata: METADATA,
  });
  const tested = { clientId: LIVE, by: 'tests', note: '', change: { testedAs: TESTED } };
  expect(await one.services.registry.registrations.change(tested)).toMatchObject({ outcome: 'changed' });
});
afterAll(async () => {
  university.close();
  await two.close();
  await one.close();
});

const missing = () => one.services.registry.goLive.whatIsMissing(LIVE);
const stateOfLive = async () => (await one.services.registry.relyingParties.find(LIVE))?.state;
const askedOfMinistry = async () =>
  (await one.services.approvals.list()).filter(({ act, subject }) => act === 'suspend' && subject === LIVE);

async function changeMetadata(change: Record<string, unknown>): Promise<void> {
  const { registrations } = one.services.registry;
  const { metadata } = (await one.services.registry.relyingParties.find(TESTED)) ?? {};
  await registrations.change({
    clientId: TESTED,
    by: 'tests',
    note: '',
    change: { metadata: { ...metadata, ...change } },
  });
}

/** Both instances look at the same time, twice; what they began has then ended. */
async function lookEverywhere(): Promise<Run[]> {
  const { acceptance } = one.services;
  await Promise.all([one, two, one, two].map(({ services }) => services.acceptance.reruns.look()));
  const [latest] = await acceptance.runs.listOf(TESTED);
  if (latest !== undefined) await endOf(one, latest.id);
  return acceptance.runs.listOf(TESTED);
}

test('nothing goes live before its acceptance is green, and a change of its metadata takes the green away', async () => {
  expect(await missing()).toContain('acceptance-green');
  const early = await one.services.registry.goLive.goLive({
    clientId: LIVE,
    by: 'a',
    approvedBy: 'b',
    asked: undefined,
  });
  expect(early).toMatchObject({ outcome: 'missing', steps: expect.arrayContaining(['acceptance-green']) });
  expect(await stateOfLive()).toBe('not-live');
  expect((await runToEnd(one, TESTED)).state).toBe('green');
  expect(await missing()).not.toContain('acceptance-green');
  await changeMetadata({ default_max_age: 60 });
  expect(await missing()).toContain('acceptance-green');
  await changeMetadata({ default_max_age: undefined });
  expect(await missing()).not.toContain('acceptance-green');
}, 120_000);

test('after a month exactly one of two instances tries it again, and a red one begins a grace in which it stays live', async () => {
  await one.services.registry.relyingParties.setState(LIVE, 'active', { by: 'registry', note: '' });
  // Its sign-in has moved, so that the honest case fails at once.
  await setUp(one, { clientId: TESTED, url: university.url, startPath: '/' });
  clock.advance(RERUN_EVERY - 1);
  expect(await lookEverywhere()).toHaveLength(1);
  clock.advance(1);
  expect(await lookEverywhere()).toMatchObject([{ occasion: 'monthly', state: 'red' }, { state: 'green' }]);
  await expect.poll(() => one.services.acceptance.lapses.find(LIVE)).toMatchObject({ since: clock.now() });
  expect(await stateOfLive()).toBe('active');
});

test('until the last moment of the grace nobody is asked; then the ministry is, once, and what follows is its decision', async () => {
  clock.advance(GRACE - 1);
  await lookEverywhere();
  expect([await askedOfMinistry(), await stateOfLive()]).toEqual([[], 'active']);
  clock.advance(1);
  await lookEverywhere();
  const asked = await askedOfMinistry();
  expect(asked).toMatchObject([{ state: 'waiting', askedBy: 'acceptance', organisationId: TESTED }]);
  clock.advance(2 * DAY);
  await lookEverywhere();
  expect([(await askedOfMinistry()).length, await stateOfLive()]).toEqual([1, 'active']);
  const [{ id } = { id: '' }] = asked;
  await one.services.approvals.decide({ id, by: OF_THE_MINISTRY, decision: 'approved', why: 'not mended' });
  expect(await stateOfLive()).toBe('suspended');
}, 60_000);

test('why the ministry was asked it reads in the language of its page, and what was kept as a sentence as it is', async () => {
  const { approvals, signingKeys } = one.services;
  // Those of months ago sign no more.
  await signingKeys.refresh();
  const ministry = await createTestOperator(one, { citizen: 0, roles: [{ role: 'ministry' }], clock });
  const { browser } = await ministry.enter();
  const read = async (path: string, language: string) =>
    (await browser.open(`${one.issuer}${path}?ui_locales=${language}`, { stayAt: one.issuer })).text;
  const [{ id } = { id: '' }] = await askedOfMinistry();
  const service = `/console/relying-parties/${LIVE}`;
  for (const path of [`/console/approvals/${id}`, service, `${service}/revisions`]) {
    expect(await read(path, 'fa')).toContain('آزمون پذیرش تازه سبز نیست و مهلت اصلاح گذشته است');
    expect(await read(path, 'en')).toContain('The latest acceptance is not green, and the time to mend it is over');
  }
  const why = 'the grace of 14 days is over';
  const older = await approvals.ask({ act: 'suspend', subject: TESTED, askedBy: 'acceptance', why, payload: {} });
  expect(await read(`/console/approvals/${older.id}`, 'fa')).toContain(why);
}, 60_000);
