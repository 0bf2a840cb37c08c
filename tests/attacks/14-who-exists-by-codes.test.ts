import { afterAll, beforeAll, expect, test } from 'vitest';

import { type MobileNumber, readMobileNumber } from '#citizens/mobile-number.ts';
import { createOneTimeCodes, type OneTimeCodes } from '#citizens/one-time-codes.ts';
import { rowId } from '#platform/ids.ts';
import { type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';
import { rankTest } from '#tests/citizens/rank-test.ts';
import { ownRedis } from '#tests/support/servers.ts';

/**
 * Somebody asks for a code "to the number that belongs to this account" and measures what comes back, for accounts
 * that exist and for others, in turn, standing right beside the server. The gateway takes its time, as gateways do.
 */
const GATEWAY_TAKES_MS = 5;
const PAIRS = 1_000;
/** One run in some 15,000 lies beyond four standard deviations by chance. */
const TOLD_APART = 4;

let room: OpenFactors;
let codes: OneTimeCodes;

beforeAll(async () => {
  room = await openFactors({ redisUrl: await ownRedis() });
  const { store, keyedHash, sealer, rateLimits } = room;
  const slow = () =>
    new Promise<{ outcome: 'sent' }>((resolve) => setTimeout(() => resolve({ outcome: 'sent' }), GATEWAY_TAKES_MS));
  codes = createOneTimeCodes({
    ...{ store, keyedHash, sealer, rateLimits },
    textMessages: { send: slow },
    onError: (error) => {
      throw error;
    },
  });
}, 60_000);
afterAll(() => room.close());

function phone(serial: number): MobileNumber {
  const number = readMobileNumber(`0912${String(serial).padStart(7, '0')}`);
  if (number === undefined) throw new Error('the test made no number');
  return number;
}

type Ask = (wanted: { phone: MobileNumber | undefined; binding: string }) => Promise<unknown>;
const from = { purpose: 'puzzle-way' as const, network: '203.0.113.7', language: 'fa' as const };

async function measure(ask: Ask, pairs: number) {
  const time = async (whose: MobileNumber | undefined) => {
    const binding = rowId();
    const started = performance.now();
    await ask({ phone: whose, binding });
    await codes.check({ purpose: from.purpose, binding, code: '000000' });
    return performance.now() - started;
  };
  const [existing, absent]: [number[], number[]] = [[], []];
  for (let index = 0; index < pairs; index++) {
    // In turn, so that what slows the machine down slows both down.
    if (index % 2 === 0) existing.push(await time(phone(index)));
    absent.push(await time(undefined));
    if (index % 2 === 1) existing.push(await time(phone(index)));
  }
  return { existing, absent };
}

test('a thousand pairs of answers are told apart neither by time nor by what they say', async () => {
  const one = await codes.sendUnseen({ ...from, phone: phone(9_999_999), binding: 'a' });
  expect(await codes.sendUnseen({ ...from, phone: undefined, binding: 'b' })).toEqual(one);
  const wrong = { purpose: from.purpose, code: '999999' };
  expect(await codes.check({ ...wrong, binding: 'a' })).toEqual(await codes.check({ ...wrong, binding: 'b' }));
  await measure((wanted) => codes.sendUnseen({ ...from, ...wanted }), 100);
  const { existing, absent } = await measure((wanted) => codes.sendUnseen({ ...from, ...wanted }), PAIRS);
  expect(Math.abs(rankTest(existing, absent))).toBeLessThan(TOLD_APART);
}, 60_000);

test('control: waiting for the gateway tells them apart at once', async () => {
  const waits: Ask = async ({ phone: whose, binding }) =>
    whose === undefined
      ? codes.sendUnseen({ ...from, phone: whose, binding })
      : codes.send({ ...from, phone: whose, binding });
  const { existing, absent } = await measure(waits, 60);
  expect(rankTest(existing, absent)).toBeGreaterThan(TOLD_APART);
});
