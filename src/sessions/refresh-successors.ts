import { SECOND } from '#platform/durations.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import { sealBytes, unsealBytes } from '#platform/sealing/sealer.ts';
import type { StateStore } from '#platform/state-store.ts';
import { createRecordKeys } from './record-keys.ts';

/**
 * Mobile networks lose answers: a client that presents the same refresh token again within ten seconds gets the very
 * same answer. The answer is sealed under the presented token, so what is stored is of no use without it.
 */
export type RefreshSuccessors = {
  save(presented: { token: string; bearer: string }, answer: string): Promise<void>;
  /** `bearer` must be who the answer was given to: the client, and its DPoP key where it has one. */
  find(presented: { token: string; bearer: string }): Promise<string | undefined>;
};

/** zitadel#9631 lost 30 % of its people each week to lost answers; a client's own timeout and retry fit in ten seconds. */
export const REFRESH_GRACE = 10 * SECOND;

export function createRefreshSuccessors({ store, hash }: { store: StateStore; hash: KeyedHash }): RefreshSuccessors {
  const keys = createRecordKeys(hash);

  return {
    async save({ token, bearer }, answer) {
      const sealed = sealBytes(keys.secretOf('RefreshSuccessor', token), answer, bearer).toString('base64url');
      await store.write(keys.of('RefreshSuccessor', token), {
        set: { sealed, bearer: hash(bearer) },
        expiresInMs: REFRESH_GRACE,
      });
    },
    async find({ token, bearer }) {
      const fields = (await store.read(keys.of('RefreshSuccessor', token)))?.fields;
      if (fields?.sealed === undefined || fields.bearer !== hash(bearer)) return undefined;
      return unsealBytes(
        keys.secretOf('RefreshSuccessor', token),
        Buffer.from(fields.sealed, 'base64url'),
        bearer,
      ).toString('utf8');
    },
  };
}
