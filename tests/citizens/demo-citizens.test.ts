import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { readMobileNumber } from '#citizens/mobile-number.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { createPasswordPool, type PasswordPool } from '#citizens/password-pool.ts';
import { hasBidiControls } from '#platform/persian-text.ts';
import { DEMO_CITIZENS, DEMO_PASSWORD } from '#root/commands/demo-citizens.ts';
import { seedDemoCitizens } from '#root/commands/seed-citizens.ts';

import vectors from './national-codes.json' with { type: 'json' };
import { type OpenCitizens, openCitizens } from './open-citizens.ts';

// Every sign-in hashes for real, at a low priority: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let room: OpenCitizens;
let passwords: PasswordPool;
beforeAll(async () => {
  room = await openCitizens();
  passwords = createPasswordPool({ workers: 1 });
}, 60_000);
afterAll(async () => {
  await passwords.close();
  await room.close();
});

test('the people of the demo are well-formed, and their codes are synthetic ones', () => {
  const synthetic = [...vectors.valid, ...vectors.remainderOne, ...vectors.remainderZero, ...vectors.leadingZero];
  for (const person of DEMO_CITIZENS) {
    expect(synthetic).toContain(readNationalCode(person.nationalCode));
    expect(readMobileNumber(person.phone)).toBe(person.phone);
    expect(hasBidiControls(person.givenName + person.familyName)).toBe(false);
  }
  expect(new Set(DEMO_CITIZENS.map(({ nationalCode }) => nationalCode)).size).toBe(DEMO_CITIZENS.length);
});

test('seeding twice adds them once, and does not undo what was done to them', async () => {
  expect(await seedDemoCitizens({ citizens: room.citizens, passwords })).toEqual({ added: DEMO_CITIZENS.length });
  const [first] = DEMO_CITIZENS;
  const code = readNationalCode(first?.nationalCode ?? '');
  const citizen = code && (await room.citizens.findByNationalCode(code));
  if (citizen === undefined) throw new Error('was not seeded');
  await room.citizens.setState(citizen.id, 'locked', 'asked-for');
  expect(await seedDemoCitizens({ citizens: room.citizens, passwords })).toEqual({ added: 0 });
  expect(await room.citizens.findById(citizen.id)).toMatchObject({ state: 'locked', givenName: first?.givenName });
});

test('each of them signs in with the demo password, as far as their account allows', async () => {
  await seedDemoCitizens({ citizens: room.citizens, passwords });
  const authenticate = room.openAuthenticate({ passwords });
  for (const { nationalCode, state } of DEMO_CITIZENS.slice(1)) {
    const from = { network: '127.0.0.1', device: undefined, hasSolvedPuzzle: false };
    const attempt = { nationalCode, password: DEMO_PASSWORD, ...from };
    const expected = state === 'active' ? { outcome: 'accepted' } : { outcome: 'not-allowed', reason: state };
    expect(await authenticate(attempt)).toMatchObject(expected);
  }
});
