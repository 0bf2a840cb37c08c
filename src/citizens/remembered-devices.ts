import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import { randomToken, rowId } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

import type { RememberedDevicesStore } from './remembered-devices-store.ts';

/**
 * A browser that asks for no second factor where the level does not ask for one: it lowers friction, never the level
 * that a relying party wanted. The cookie is a list of random values, one for each citizen who shares the browser.
 */
export type RememberedDevices = {
  /** After a full sign-in, when the citizen asked for it. Answers the new value of the cookie, to be kept for `lives`. */
  remember(device: {
    citizenId: string;
    userAgent: string;
    network: string;
    /** What the browser sent: others who share it stay remembered. */
    cookie?: string | undefined;
  }): Promise<string>;
  isRemembered(device: { citizenId: string; cookie: string | undefined }): Promise<boolean>;
  /** Last used first; times in milliseconds since 1970. */
  list(citizenId: string): Promise<RememberedDevice[]>;
  forget(device: { citizenId: string; id: string }): Promise<boolean>;
  /** When the password changes, or on "this was not me". */
  forgetAll(citizenId: string): Promise<void>;
  /** Milliseconds, for the cookie. */
  lives: number;
};

type RememberedDevice = {
  id: string;
  userAgent: string;
  network: string;
  rememberedAt: number;
  lastUsedAt: number;
  expiresAt: number;
};

/** The longest that NIST SP 800-63B-4 section 2.1.3 lets a session at the lowest level last. */
const LIVES = 30 * DAY;
/** A family's computer. */
const CITIZENS_A_BROWSER = 5;
/** More than anybody uses; the longest unused is forgotten. */
const BROWSERS_A_CITIZEN = 20;
const LONGEST_USER_AGENT = 300;

const COOKIE = /^1(?:\.[\w-]{43}){1,5}$/;

type RememberedDevicesNeeds = {
  store: RememberedDevicesStore;
  keyedHash: KeyedHash;
  audit: Pick<AuditEvents, 'deviceRemembered' | 'devicesForgotten'>;
  clock: Clock;
};

export function createRememberedDevices(needs: RememberedDevicesNeeds): RememberedDevices {
  const { store, keyedHash, audit, clock } = needs;
  const hashOf = (value: string) => keyedHash(`remembered-device:${value}`);

  return {
    lives: LIVES,
    async remember({ citizenId, userAgent, network, cookie }) {
      const value = randomToken();
      const id = rowId();
      const now = clock.now();
      const about = { userAgent: userAgent.slice(0, LONGEST_USER_AGENT), network };
      const device = { id, citizenId, hash: hashOf(value), about, rememberedAt: now, expiresAt: now + LIVES };
      await store.add(device, { atMost: BROWSERS_A_CITIZEN });
      await audit.deviceRemembered({ citizenId, deviceId: id });
      return `1.${[value, ...valuesIn(cookie)].slice(0, CITIZENS_A_BROWSER).join('.')}`;
    },
    isRemembered({ citizenId, cookie }) {
      return store.touch({ citizenId, hashes: valuesIn(cookie).map(hashOf), at: clock.now() });
    },
    async list(citizenId) {
      const devices = await store.list(citizenId, clock.now());
      return devices.map(({ id, about, rememberedAt, usedAt, expiresAt }) => ({
        ...{ id, ...about, rememberedAt, expiresAt },
        lastUsedAt: usedAt,
      }));
    },
    async forget({ citizenId, id }) {
      const isForgotten = await store.forget({ citizenId, id });
      if (isForgotten) await audit.devicesForgotten({ citizenId, devices: 1 });
      return isForgotten;
    },
    async forgetAll(citizenId) {
      const devices = await store.forgetAll(citizenId);
      if (devices > 0) await audit.devicesForgotten({ citizenId, devices });
    },
  };
}

function valuesIn(cookie: string | undefined): string[] {
  return cookie !== undefined && COOKIE.test(cookie) ? cookie.split('.').slice(1) : [];
}
