import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { PoolFull } from '#citizens/password-pool.ts';
import { createSetPassword } from '#citizens/set-password.ts';
import { type OpenFactors, openFactors } from './open-factors.ts';

const binding = 'this browser';
const GOOD = 'سه گربه روی بام خانه';
let room: OpenFactors;

beforeAll(async () => {
  room = await openFactors();
}, 60_000);
afterAll(() => room.close());

async function somebody() {
  const phone = readMobileNumber('09123334455');
  const citizen = await room.newCitizen(phone && { phone });
  const proof = await room.proofs.issue({ citizenId: citizen.id, purpose: 'set-password', binding });
  return { citizen, of: { citizenId: citizen.id, proof, binding } };
}

test('a password that is refused leaves the proof for a better one', async () => {
  const { citizen, of } = await somebody();
  const refused = (reason: string) => ({ outcome: 'refused', reason });
  expect(await room.setPassword({ ...of, password: 'kurz' })).toEqual(refused('too-short'));
  expect(await room.setPassword({ ...of, password: 'password123' })).toEqual(refused('too-common'));
  expect(await room.setPassword({ ...of, password: citizen.nationalCode })).toEqual(refused('about-yourself'));
  expect(await room.citizens.passwordHashOf(citizen.id)).toBeUndefined();
  expect(await room.setPassword({ ...of, password: GOOD })).toEqual({ outcome: 'set' });
  expect(await room.setPassword({ ...of, password: GOOD })).toEqual(refused('no-proof'));
});

test('when too many sign in at once the proof is still good afterwards', async () => {
  const { citizen, of } = await somebody();
  const full = createSetPassword({
    citizens: room.citizens,
    passwords: { hash: () => Promise.reject(new PoolFull(5_000)) },
    proofs: room.proofs,
    devices: room.devices,
    changes: { begin: () => Promise.reject(new Error('nothing changes')) },
  });
  await expect(full({ ...of, password: GOOD })).rejects.toThrow(PoolFull);
  expect(await room.citizens.passwordHashOf(citizen.id)).toBeUndefined();
  expect(await room.setPassword({ ...of, password: GOOD })).toEqual({ outcome: 'set' });
});

test('the citizen is told, their remembered devices are forgotten, and the audit hears of it', async () => {
  const { citizen, of } = await somebody();
  const cookie = await room.devices.remember({ citizenId: citizen.id, userAgent: '', network: '' });
  await room.setPassword({ ...of, password: GOOD });
  expect(await room.devices.isRemembered({ citizenId: citizen.id, cookie })).toBe(false);
  expect(room.heard.at(-1)).toMatchObject({ name: 'factor.changed', details: { factor: 'password', act: 'added' } });
  room.sms.length = 0;
  await room.deliver();
  expect(room.sms.map(({ text }) => text)).toContain(
    'پنجره: رمز عبور شما اضافه شد. اگر کار شما نبود، همین حالا رمز خود را عوض کنید.',
  );
});

test('whoever must change their password has done so; a locked account stays locked', async () => {
  for (const [before, after] of [
    ['must-change-password', 'active'],
    ['locked', 'locked'],
  ] as const) {
    const { citizen, of } = await somebody();
    await room.citizens.setState(citizen.id, before, 'asked-for');
    await room.setPassword({ ...of, password: GOOD });
    expect(await room.citizens.findById(citizen.id)).toMatchObject({ state: after });
  }
});

test('nobody gets a password', async () => {
  const of = { citizenId: 'nobody', binding, password: GOOD };
  const proof = await room.proofs.issue({ citizenId: 'nobody', purpose: 'set-password', binding });
  expect(await room.setPassword({ ...of, proof })).toEqual({ outcome: 'refused', reason: 'no-proof' });
});
