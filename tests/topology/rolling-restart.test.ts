import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '#tests/support/processes.ts';
import { type Load, startLoad } from './load.ts';
import { type Pair, startPair } from './pair.ts';

let pair: Pair;

beforeAll(async () => {
  pair = await startPair();
}, 120_000);
afterAll(() => pair?.close());

/** One after the other, as an operator brings in a new version: end it, start it, wait until the proxy sends people to it. */
async function restartEach(signal: 'SIGTERM' | 'SIGKILL', load: Load): Promise<number[]> {
  const codes: number[] = [];
  for (const which of [0, 1] as const) {
    await someMore(load);
    pair.instances[which].signal(signal);
    codes.push(await pair.instances[which].exited);
    await pair.start(which);
    await waitUntil(() => isUsed(which), { what: `the proxy to send people to instance ${which}` });
  }
  await someMore(load);
  return codes;
}

/** Work goes on: a fixed number of answers more, however slow the machine is. */
async function someMore(load: Load): Promise<void> {
  const enough = load.answered().token + 20;
  await waitUntil(() => load.answered().token >= enough || load.failures.length > 50, { what: 'the load to go on' });
}

/** Its own count of requests answered says that the proxy trusts it again. */
async function isUsed(which: 0 | 1): Promise<boolean> {
  return /"route":"\/(auth|token|introspect)"/.test(pair.instances[which].output());
}

test('both instances are restarted one after the other under load, and no request fails', async () => {
  const load = await startLoad(pair.university);
  const codes = await restartEach('SIGTERM', load);
  await load.stop();
  expect(codes).toEqual([0, 0]);
  expect(load.failures).toEqual([]);
  const { introspection, ...others } = load.answered();
  expect(Math.min(...Object.values(others))).toBeGreaterThan(60);
  expect(introspection).toBeGreaterThan(20);
}, 90_000);

test('the control: instances that are killed instead do lose requests, so the load would have noticed', async () => {
  const load = await startLoad(pair.university);
  const codes = await restartEach('SIGKILL', load);
  await load.stop();
  expect(codes).toEqual([128, 128]);
  // Those half sent at the least; what never reached the killed instance went to the other one.
  expect(load.failures.filter((failure) => failure.startsWith('introspection')).length).toBeGreaterThan(0);
}, 90_000);
