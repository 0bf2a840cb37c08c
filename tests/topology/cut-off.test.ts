import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { waitUntil } from '#tests/support/processes.ts';
import { type Relay, startRelay } from '#tests/support/relay.ts';
import { SECRET } from '#tests/support/relying-party.ts';
import { type Pair, startPair } from './pair.ts';

/**
 * One instance alone loses PostgreSQL: it cannot learn who was suspended or locked. What is promised: the proxy stops
 * sending people there, and whoever still reaches it gets nothing after 5 s; signing out goes on; and it is back by itself.
 */
const CUT_OFF = 1;
/** The proxy asks every second, and an instance takes one second at most to say that PostgreSQL does not answer. */
const LEFT_ALONE_WITHIN = 5_000;
/** Four seconds of silence, and one for the last question. */
const STOPPED_WITHIN = 5_000;
const SLOW_MACHINE = 3_000;

let relay: Relay;
let pair: Pair;

beforeAll(async () => {
  pair = await startPair({
    async changeEnvironment({ instance, site }) {
      if (instance !== CUT_OFF) return {};
      const url = new URL(site.databaseUrl);
      relay = await startRelay({ port: Number(url.port) });
      url.port = String(relay.port);
      return { DATABASE_URL: url.href };
    },
  });
}, 120_000);
afterAll(async () => {
  await pair?.close();
  await relay?.close();
});
afterEach(async () => {
  await relay.mend();
  await waitUntil(async () => (await statusOf('/readyz')) === 200, { within: 20_000, what: 'it to be back' });
});

const statusOf = async (path: string) => (await fetch(pair.at(CUT_OFF) + path)).status;

/** What a relying party gets there without a citizen: everything that this needs is in the instance's own memory. */
const introspectionStatus = async (instance: 0 | 1) => {
  const answer = await fetch(`${pair.at(instance)}/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${pair.university.clientId}:${SECRET}`)}` },
    body: new URLSearchParams({ token: 'of-nobody' }),
  });
  await answer.text();
  return answer.status;
};

/** How many requests the instance behind this port has answered to the proxy. */
const answeredBy = (instance: 0 | 1) => pair.instances[instance].output().match(/"route":"\/introspect"/g)?.length ?? 0;

async function throughTheProxy(times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const answer = await fetch(`${pair.site.issuer}/introspect`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${pair.university.clientId}:${SECRET}`)}` },
      body: new URLSearchParams({ token: 'of-nobody' }),
    });
    statuses.push(answer.status);
    await answer.text();
  }
  return statuses;
}

test.each([
  ['refuses', () => relay.cut()],
  ['has vanished without a word', async () => relay.silence()],
])(
  'its PostgreSQL %s: people are sent elsewhere, and it gives nothing out itself',
  async (_how, cut) => {
    expect([await introspectionStatus(0), await introspectionStatus(CUT_OFF)]).toEqual([200, 200]);
    await cut();
    await waitUntil(async () => (await statusOf('/readyz')) === 503, {
      within: LEFT_ALONE_WITHIN,
      what: 'it to say so',
    });
    await waitUntil(async () => (await introspectionStatus(CUT_OFF)) === 503, {
      within: STOPPED_WITHIN + SLOW_MACHINE,
      what: 'it to give nothing out',
    });
    expect(await statusOf('/healthz')).toBe(200);
    expect(await statusOf('/jwks')).toBe(200);

    const before = answeredBy(CUT_OFF);
    expect(await throughTheProxy(20)).toEqual(Array(20).fill(200));
    expect(answeredBy(CUT_OFF)).toBe(before);
  },
  60_000,
);

test('signing out works there all the same', async () => {
  const browser = createBrowser();
  await pair.university.signIn({ browser });
  await relay.cut();
  await waitUntil(async () => (await introspectionStatus(CUT_OFF)) === 503, { what: 'it to give nothing out' });
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const page = await fetch(`${pair.at(CUT_OFF)}/logout`, { headers: { cookie } });
  expect(page.status).toBe(200);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const done = await fetch(`${pair.at(CUT_OFF)}/logout/confirm`, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
    redirect: 'manual',
  });
  expect(done.status).toBe(303);
  const { url } = await pair.university.begin({ prompt: 'none' });
  expect((await browser.open(url, { stayAt: pair.site.issuer })).leadsTo).toContain('login_required');
}, 60_000);

test('what was suspended in the meantime is known there before anything is given out again', async () => {
  const party = await pair.operator.register('suspended-meanwhile');
  const statusAt = async () => {
    const { url } = await party.begin();
    const answer = await fetch(url.replace(pair.site.issuer, pair.at(CUT_OFF)), { redirect: 'manual' });
    await answer.text();
    return answer.status;
  };
  expect(await statusAt()).toBe(303);
  await relay.cut();
  await pair.operator.services.registry.relyingParties.setState('suspended-meanwhile', 'suspended');
  const statuses: number[] = [];
  await waitUntil(
    async () => {
      statuses.push(await statusAt());
      return statuses.at(-1) === 503;
    },
    { within: STOPPED_WITHIN + SLOW_MACHINE, what: 'it to give nothing out' },
  );
  await relay.mend();
  await waitUntil(
    async () => {
      statuses.push(await statusAt());
      return statuses.at(-1) === 400;
    },
    { within: 20_000, what: 'it to know' },
  );
  const firstRefusal = statuses.indexOf(503);
  expect(statuses.slice(firstRefusal).filter((status) => status === 303)).toEqual([]);
}, 60_000);
