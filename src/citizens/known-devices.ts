import { createHash, randomBytes } from 'node:crypto';

import type { Clock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

/**
 * A device cookie (OWASP, "Slow Down Online Guessing Attacks with Device Cookies") names the accounts that signed in
 * from a browser, as marks that only we can make and that nobody can read. It proves nothing about who sits there; it
 * only keeps the guesses of strangers from being counted against the people who are known.
 *
 * The form is `1.<device>.<day>-<mark>.<day>-<mark>…`: the device is random, a mark is a keyed hash of the device, the
 * day it expires and the account. A mark fits no other device, so copying one into another cookie gains nothing.
 */
export type KnownDevices = {
  /** The device's name for counting, if this account signed in from it before. */
  findDevice(cookie: string | undefined, account: string): string | undefined;
  /** The cookie with this account in front. Other accounts stay, up to fifteen: the passwords, second factors and whole sign-ins of five people. */
  remember(cookie: string | undefined, account: string): string;
};

/** How long a device is known after its last sign-in: two terms, so that a student who comes once a term is known. */
export const DEVICE_KNOWN_FOR = 180 * DAY;

const REMEMBERED_ACCOUNTS = 15;

/** 128 bits each, in base64url. */
const COOKIE = /^1\.([\w-]{22})((?:\.\d{1,7}-[\w-]{22}){1,15})$/;

type Device = { id: string; marks: string[] };

export function createKnownDevices({ keyedHash, clock }: { keyedHash: KeyedHash; clock: Clock }): KnownDevices {
  const today = () => Math.floor(clock.now() / DAY);
  const lasts = (mark: string) => Number(mark.split('-', 1)[0]) >= today();

  function markOf(device: string, day: number, account: string): string {
    return `${day}-${keyedHash(`known-device:${device}:${day}:${account}`).slice(0, 22)}`;
  }

  function isMarkOf(mark: string, device: string, account: string): boolean {
    return lasts(mark) && sameText(mark, markOf(device, Number(mark.split('-', 1)[0]), account));
  }

  return {
    findDevice(cookie, account) {
      const device = readCookie(cookie);
      return device?.marks.some((mark) => isMarkOf(mark, device.id, account)) ? device.id : undefined;
    },
    remember(cookie, account) {
      const { id, marks } = readCookie(cookie) ?? {
        id: randomBytes(16).toString('base64url'),
        marks: [],
      };
      const others = marks.filter((mark) => lasts(mark) && !isMarkOf(mark, id, account));
      const mark = markOf(id, today() + DEVICE_KNOWN_FOR / DAY, account);
      return `1.${[id, mark, ...others.slice(0, REMEMBERED_ACCOUNTS - 1)].join('.')}`;
    },
  };
}

function readCookie(cookie: string | undefined): Device | undefined {
  const [, id, marks] = COOKIE.exec(cookie ?? '') ?? [];
  return id === undefined || marks === undefined ? undefined : { id, marks: marks.slice(1).split('.') };
}

/** Comparing digests takes the same time wherever the first difference lies. */
function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return digest(one).equals(digest(other));
}
