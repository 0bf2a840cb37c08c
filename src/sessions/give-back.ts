import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';
import { createRecordKeys } from './record-keys.ts';

/** What is presented once at the token endpoint, and its bearer value. */
export type Presented = { kind: 'AuthorizationCode' | 'RefreshToken' | 'DeviceCode'; value: string };

/** Makes good again what this request alone has used up, because nobody got an answer for it. */
export type GiveBack = (presented: Presented) => Promise<void>;

/** Whoever presented it meanwhile was refused and ended its grant, and then it leads nowhere any more. */
export function createGiveBack({ store, hash }: { store: StateStore; hash: KeyedHash }): GiveBack {
  const keys = createRecordKeys(hash);
  return ({ kind, value }) => store.release(keys.of(kind, value), 'consumed');
}
