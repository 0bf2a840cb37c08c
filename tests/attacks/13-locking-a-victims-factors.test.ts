import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readMobileNumber } from '#citizens/mobile-number.ts';
import { SECOND } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import { codeIn, type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';
import { migratedDatabase, ownRedis } from '#tests/support/servers.ts';

/**
 * Somebody who knows a citizen's number, or even the password, tries to keep them out by using up what is limited:
 * tries at the second factor, codes by SMS, puzzles (Keycloak CVE-2024-1722). Against Redis, as many at once as it takes.
 */
let room: OpenFactors;
const binding = 'the attacker’s browser';

beforeAll(async () => {
  room = await openFactors({ databaseUrl: await migratedDatabase(), redisUrl: await ownRedis() });
});
afterAll(() => room.close());

let serial = 0;
async function victim() {
  serial += 1;
  const phone = readMobileNumber(`0935${String(serial).padStart(7, '0')}`);
  if (phone === undefined) throw new Error('the test made no number');
  const citizen = await room.newCitizen({ phone });
  const { id: citizenId } = citizen;
  const { secret } = room.authenticators.begin(citizen);
  const code = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
  const proof = await room.proofs.issue({ citizenId, purpose: 'add-authenticator', binding });
  expect(await room.authenticators.confirm({ citizenId, secret, code, name: '', proof, binding })).toBe('added');
  room.clock.advance(30 * SECOND);
  const begun = await room.attempts.begin({ citizenId, network: '192.0.2.1', device: undefined });
  if (begun.outcome !== 'begun') throw new Error('was slowed down');
  return { citizenId, phone, secret, device: await begun.attempt.succeed() };
}

type Who = Awaited<ReturnType<typeof victim>>;

/** A code of the app, tried as a page does it. */
async function enter({ citizenId, secret }: Who, { network, device }: { network: string; device?: string }) {
  const begun = await room.attempts.begin({ citizenId, network, device });
  if (begun.outcome === 'slow-down') return begun.outcome;
  room.clock.advance(30 * SECOND);
  const code = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
  const outcome = await room.authenticators.check({ citizenId, code });
  if (outcome === 'right') await begun.attempt.succeed();
  return outcome;
}

const network = (index: number) => `198.51.${index >> 8}.${index & 255}`;
const wrongTries = ({ citizenId }: Who, times: number, from: (index: number) => string) =>
  Promise.all(
    Array.from({ length: times }, (_, index) =>
      room.attempts.begin({ citizenId, network: from(index), device: undefined }),
    ),
  );

describe.each([
  ['from 200 networks at once', network],
  ['from the victim’s own network', () => '192.0.2.1'],
] as const)('200 wrong second factors %s', (_name, from) => {
  test('do not stop the owner at a device that is known, and do stop a stranger', async () => {
    const owner = await victim();
    const begun = await wrongTries(owner, 200, from);
    expect(begun.filter(({ outcome }) => outcome === 'begun').length).toBeLessThan(12);
    expect(await enter(owner, { network: from(1) }), 'control: the attack was noticed').toBe('slow-down');
    expect(await enter(owner, { network: '192.0.2.1', device: owner.device })).toBe('right');
    expect(await enter(owner, { network: '203.0.113.9', device: owner.device })).toBe('right');
  });
});

test('who asks for all codes that a number may have leaves its owner the code after their password', async () => {
  const owner = await victim();
  const ask = (purpose: 'phone' | 'recovery' | 'puzzle-way' | 'sign-in', index: number) =>
    room.codes.send({ phone: owner.phone, purpose, binding: rowId(), network: network(index), language: 'fa' });
  const asked = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      ask((['phone', 'recovery', 'puzzle-way'] as const)[index % 3] ?? 'phone', index),
    ),
  );
  const sent = asked.map(({ outcome }, index) => outcome === 'sent' && (index % 3 === 2 ? 'puzzle-way' : 'number'));
  const count = (kind: string) => sent.filter((each) => each === kind).length;
  // Nobody is woken up by strangers sixty times, nor do they empty the purse that a recovery needs by the other.
  expect({ number: count('number'), 'puzzle-way': count('puzzle-way') }).toEqual({ number: 5, 'puzzle-way': 3 });
  expect(await ask('phone', 61), 'control: the number is used up').toMatchObject({ outcome: 'slow-down' });
  expect(await ask('sign-in', 62)).toMatchObject({ outcome: 'sent' });
});

test('guesses in other browsers use up no try of the owner’s own code', async () => {
  const owner = await victim();
  const request = { phone: owner.phone, purpose: 'sign-in' as const, network: '192.0.2.1', language: 'fa' as const };
  await room.codes.send({ ...request, binding: 'owner' });
  const code = codeIn(room, owner.phone);
  for (let index = 0; index < 50; index++)
    await room.codes.check({ purpose: 'sign-in', binding: `stranger ${index}`, code: '000000' });
  const right = { purpose: 'sign-in' as const, binding: 'owner', code };
  expect(await room.codes.check(right)).toEqual({ outcome: 'right', phone: owner.phone });
});

test('a stranger who asks for codes again and again does not make the owner wait for theirs', async () => {
  const owner = await victim();
  const request = { phone: owner.phone, network: '192.0.2.1', language: 'fa' as const };
  await room.codes.send({ ...request, purpose: 'phone', binding: 'stranger' });
  const again = await room.codes.send({ ...request, purpose: 'phone', binding: 'stranger' });
  expect(again, 'control: in one place it is slowed down').toMatchObject({ outcome: 'slow-down' });
  expect(await room.codes.send({ ...request, purpose: 'sign-in', binding: 'owner, elsewhere' })).toMatchObject({
    outcome: 'sent',
  });
});
