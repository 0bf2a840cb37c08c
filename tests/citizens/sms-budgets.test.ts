import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { type MobileNumber, readMobileNumber } from '#citizens/mobile-number.ts';
import { type BudgetAlarm, createSmsBudgets, type SmsBudgets } from '#citizens/sms-budgets.ts';
import type { MessageKind } from '#citizens/text-messages.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';

let alarms: BudgetAlarm[];
let budgets: SmsBudgets;

beforeEach(() => {
  // The counters of the embedded default keep the time of the process.
  vi.useFakeTimers({ toFake: ['Date'] });
  alarms = [];
  const keyedHash = createKeyedHash(randomBytes(32));
  budgets = createSmsBudgets({
    rateLimits: createRateLimits(),
    keyedHash,
    onAlarm: (alarm) => void alarms.push(alarm),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function phone(serial: number): MobileNumber {
  const number = readMobileNumber(`0912${String(serial).padStart(7, '0')}`);
  if (number === undefined) throw new Error('the test made no number');
  return number;
}
const network = (index: number) => `198.51.${index >> 8}.${index & 255}`;

type Ask = { kind?: MessageKind; serial?: number; from?: string };
async function mayAsk({ kind = 'phone-code', serial = 1, from = '203.0.113.7' }: Ask): Promise<boolean> {
  return (await budgets.spend({ kind, to: phone(serial), network: from })).outcome === 'within';
}
async function granted(times: number, ask: (index: number) => Ask): Promise<number> {
  let count = 0;
  for (let index = 0; index < times; index++) if (await mayAsk(ask(index))) count += 1;
  return count;
}

test('a number gets five codes an hour and fifteen a day from people who only typed it, wherever they are', async () => {
  expect(await granted(20, (index) => ({ from: network(index) }))).toBe(5);
  vi.advanceTimersByTime(HOUR);
  expect(await granted(20, () => ({}))).toBe(5);
  vi.advanceTimersByTime(HOUR);
  expect(await granted(20, () => ({}))).toBe(5);
  vi.advanceTimersByTime(HOUR);
  expect(await granted(20, () => ({}))).toBe(0);
  vi.advanceTimersByTime(DAY);
  expect(await mayAsk({})).toBe(true);
});

test('whoever is told to wait is told until when', async () => {
  await granted(5, () => ({}));
  const spending = await budgets.spend({ kind: 'phone-code', to: phone(1), network: network(1) });
  expect(spending).toEqual({ outcome: 'spent', retryAfterMs: expect.closeTo(HOUR, -3) });
});

test('strangers who use up a number do not keep its owner from a code after the right password', async () => {
  await granted(20, (index) => ({ from: network(index) }));
  expect(await granted(20, () => ({ kind: 'sign-in-code' }))).toBe(10);
});

test('strangers who ask for codes in the place of a puzzle keep nobody from a forgotten password', async () => {
  const askedByStrangers = { kind: 'puzzle-way' } as const;
  expect(await granted(20, (index) => ({ ...askedByStrangers, from: network(index) }))).toBe(3);
  for (let hour = 0; hour < 5; hour++) {
    vi.advanceTimersByTime(HOUR);
    await granted(20, (index) => ({ ...askedByStrangers, from: network(index) }));
  }
  expect(await granted(20, () => askedByStrangers), 'control: they are stopped').toBe(0);
  expect(await granted(20, () => ({ kind: 'recovery-code' }))).toBe(5);
});

test('notices of new devices and codes use up nothing of each other', async () => {
  expect(await granted(20, () => ({ kind: 'new-device' }))).toBe(5);
  expect(await granted(20, () => ({}))).toBe(5);
  vi.advanceTimersByTime(HOUR);
  await granted(20, () => ({}));
  expect(await granted(20, () => ({ kind: 'new-device' }))).toBe(5);
});

test('a network asks 360 times an hour, and what was refused is taken from nobody else', async () => {
  await granted(1000, () => ({}));
  expect(await granted(400, (index) => ({ serial: index + 2 }))).toBe(355);
  expect(await mayAsk({ serial: 9_000, from: network(1) }), 'control: another network may').toBe(true);
});

test('in all there is an end to it, and an alarm before; sign-ins go on', async () => {
  const ask = (index: number) => ({ serial: index, from: network(index % 60_000) });
  expect(await granted(14_400, ask)).toBe(14_400);
  expect(alarms).toEqual([]);
  await granted(10, (index) => ask(20_000 + index));
  expect(new Set(alarms.map(({ budget }) => budget))).toEqual(new Set(['nearly-all']));
  expect(await granted(4_000, (index) => ask(30_000 + index))).toBe(3_590);
  expect(alarms.at(-1)).toEqual({ purse: 'for-anybody', budget: 'all' });
  expect(await mayAsk({ kind: 'sign-in-code', serial: 50_000 })).toBe(true);
}, 60_000);
