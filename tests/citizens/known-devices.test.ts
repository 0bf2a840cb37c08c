import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { createKnownDevices, DEVICE_KNOWN_FOR } from '#citizens/known-devices.ts';
import { DAY } from '#platform/durations.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';

function open() {
  const clock = createFakeClock();
  return { clock, devices: createKnownDevices({ keyedHash: createKeyedHash(randomBytes(32)), clock }) };
}

test('a browser that an account signed in from is known to that account, and to no other', () => {
  const { devices } = open();
  const cookie = devices.remember(undefined, 'sara');
  expect(devices.findDevice(cookie, 'sara')).toBeDefined();
  expect(devices.findDevice(cookie, 'omid')).toBeUndefined();
});

test('a family shares a browser: it stays one device, and the last fifteen marks are known', () => {
  const { devices } = open();
  const family = [...'abcdefghijklmnop'];
  const cookie = family.reduce<string | undefined>((before, who) => devices.remember(before, who), undefined);
  const known = family.filter((who) => devices.findDevice(cookie, who) !== undefined);
  expect(known).toEqual(family.slice(1));
  expect(new Set(known.map((who) => devices.findDevice(cookie, who))).size).toBe(1);
});

test('signing in again replaces the mark and does not push out another account', () => {
  const { devices } = open();
  let cookie = devices.remember(undefined, 'omid');
  for (let i = 0; i < 15; i++) cookie = devices.remember(cookie, 'sara');
  expect(devices.findDevice(cookie, 'omid')).toBeDefined();
  expect(cookie.split('.')).toHaveLength(4);
});

test('a device is forgotten so many days after its last sign-in', () => {
  const { clock, devices } = open();
  const cookie = devices.remember(undefined, 'sara');
  clock.advance(DEVICE_KNOWN_FOR);
  expect(devices.findDevice(cookie, 'sara')).toBeDefined();
  clock.advance(DAY);
  expect(devices.findDevice(cookie, 'sara')).toBeUndefined();
});

describe('attacks', () => {
  test('a mark copied into the cookie of another browser is worth nothing', () => {
    const { devices } = open();
    const victims = devices.remember(undefined, 'sara');
    const [version, device, own] = devices.remember(undefined, 'attacker').split('.');
    const stolenMark = victims.split('.')[2];
    expect(devices.findDevice([version, device, stolenMark].join('.'), 'sara')).toBeUndefined();
    expect(devices.findDevice([version, device, own].join('.'), 'attacker'), 'control').toBeDefined();
  });

  test('no character of the cookie can be changed', () => {
    const { devices } = open();
    const cookie = devices.remember(undefined, 'sara');
    for (let at = 0; at < cookie.length; at++) {
      const changed = cookie.slice(0, at) + (cookie[at] === '1' ? '2' : '1') + cookie.slice(at + 1);
      expect(devices.findDevice(changed, 'sara'), `character ${at}`).toBeUndefined();
    }
  });

  test('the day cannot be moved into the future', () => {
    const { devices } = open();
    const cookie = devices.remember(undefined, 'sara');
    expect(devices.findDevice(cookie.replace(/\.(\d+)-/, '.9999999-'), 'sara')).toBeUndefined();
  });

  test.each(['', '1', '1.', 'null', '1.x.1-y', '{"a":1}', '1.'.repeat(5000), 'a'.repeat(100_000)])(
    'what is no cookie of ours is no known device (%#)',
    (cookie) => {
      const { devices } = open();
      expect(devices.findDevice(cookie, 'sara')).toBeUndefined();
      expect(devices.findDevice(devices.remember(cookie, 'sara'), 'sara')).toBeDefined();
    },
  );

  test('a cookie of another installation is not known here', () => {
    const theirs = open().devices.remember(undefined, 'sara');
    expect(open().devices.findDevice(theirs, 'sara')).toBeUndefined();
  });
});
