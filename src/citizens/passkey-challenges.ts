import { MINUTE } from '#platform/durations.ts';
import { randomToken } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';

/** Challenges of passkeys: each is good once, for one kind of act, in one binding. Several tabs each have their own. */
export type PasskeyChallenges = {
  issue(of: ChallengeFor): Promise<string>;
  /** True once; of many at once, for the first. */
  consume(of: ChallengeFor & { challenge: string }): Promise<boolean>;
};

type ChallengeFor = { act: 'registration' | 'sign-in'; binding: string; citizenId?: string | undefined };

/** WebAuthn Level 3 section 15.1 recommends 5 to 10 minutes where user verification is required. */
export const CHALLENGE_LIVES = 5 * MINUTE;

type PasskeyChallengesNeeds = { store: Pick<StateStore, 'write' | 'claim' | 'remove'>; hash: KeyedHash };

export function createPasskeyChallenges({ store, hash }: PasskeyChallengesNeeds): PasskeyChallenges {
  const keyOf = ({ act, binding, citizenId = '', challenge }: ChallengeFor & { challenge: string }) =>
    `passkey-challenge:${hash(JSON.stringify(['passkey-challenge', act, binding, citizenId, challenge]))}`;

  return {
    async issue(of) {
      const challenge = randomToken();
      await store.write(keyOf({ ...of, challenge }), { set: { issued: '1' }, expiresInMs: CHALLENGE_LIVES });
      return challenge;
    },
    async consume(of) {
      const key = keyOf(of);
      if ((await store.claim(key, 'used', '1')) !== 'first') return false;
      await store.remove([key]);
      return true;
    },
  };
}
