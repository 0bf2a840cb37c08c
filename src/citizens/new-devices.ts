import { DAY } from '#platform/durations.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';
import type { Citizen } from './citizen.ts';
import type { KnownDevices } from './known-devices.ts';
import type { SmsBudgets } from './sms-budgets.ts';
import type { TextMessages } from './text-messages.ts';

/**
 * Who signs in from a browser that they never signed in from is told by SMS. Known is a browser after a whole sign-in
 * alone: a stranger who has the password and stops there does not make theirs known by it.
 */
export type NewDevices = {
  /**
   * After a whole sign-in. Answers the device cookie that makes this browser known, and undefined on a shared computer,
   * where nothing is kept: there the citizen is told once in a while, and not at every sign-in.
   */
  meet(signIn: SignInHere): Promise<string | undefined>;
  /** At the end of an enrolment: nobody is told of the browser that they make their account with. */
  welcome(here: { citizenId: string; cookie: string | undefined }): string;
};

type SignInHere = {
  citizen: Pick<Citizen, 'id' | 'phone'>;
  /** The device cookie, as the browser sent it. */
  cookie: string | undefined;
  isShared: boolean;
  /** The browser in words that its owner knows, such as `Firefox, Android`; empty where nothing is recognised. */
  device: string;
  network: string;
  language: 'fa' | 'en';
};

/** A term in a library: the same computer again says nothing new. */
const SHARED_KNOWN_FOR = 120 * DAY;

type NewDevicesNeeds = {
  knownDevices: KnownDevices;
  store: Pick<StateStore, 'write'>;
  keyedHash: KeyedHash;
  budgets: SmsBudgets;
  textMessages: Pick<TextMessages, 'owe'>;
  /** Where the citizen sees it and says that it was not them. */
  link: string;
};

export function createNewDevices(needs: NewDevicesNeeds): NewDevices {
  const { knownDevices, store, keyedHash, budgets, textMessages, link } = needs;
  const accountOf = (citizenId: string) => `signed-in:${citizenId}`;

  /** A shared computer keeps nothing of ours, so it is told apart by what it looks like from here. */
  async function isNewShared({ citizen, device, network }: SignInHere): Promise<boolean> {
    const key = `shared-device:${keyedHash(JSON.stringify(['shared-device', citizen.id, device, network]))}`;
    return store.write(key, { set: { seen: '1' }, expiresInMs: SHARED_KNOWN_FOR, when: 'absent' });
  }

  async function tell({ citizen, device, network, language }: SignInHere): Promise<void> {
    if (citizen.phone === undefined) return;
    const spending = await budgets.spend({ kind: 'new-device', to: citizen.phone, network });
    // Nobody can fill a phone with notices; the activity tells every sign-in in any case.
    if (spending.outcome === 'spent') return;
    await textMessages.owe({
      to: citizen.phone,
      kind: 'new-device',
      language,
      values: { link, ...(device === '' ? {} : { device }) },
    });
  }

  return {
    async meet(signIn) {
      const { citizen, cookie, isShared } = signIn;
      const account = accountOf(citizen.id);
      const isKnown = knownDevices.findDevice(cookie, account) !== undefined;
      if (!isKnown && (!isShared || (await isNewShared(signIn)))) await tell(signIn);
      return isShared ? undefined : knownDevices.remember(cookie, account);
    },
    welcome: ({ citizenId, cookie }) => knownDevices.remember(cookie, accountOf(citizenId)),
  };
}
