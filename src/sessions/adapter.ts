import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';
import { createRecordKeys, type RecordKind } from './record-keys.ts';
import { createRequestMemory } from './request-memory.ts';
import { createSessionRecords } from './session-records.ts';
import { createTokenRecords, type Payload } from './token-records.ts';

/** What oidc-provider asks of storage, one object for each kind of record (its Adapter interface). */
export type Adapter = {
  upsert(id: string, payload: Payload, expiresInSeconds: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  findByUserCode(userCode: string): Promise<Payload | undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  /** Nothing to do: a token whose grant is gone is not found, so removing the grant has done it all. */
  revokeByGrantId(grantId: string): Promise<void>;
};

/** What the adapter must know of the request under way; the protocol room answers. */
export type RequestUnderWay = {
  /** The object that stands for the request, or undefined outside of one. */
  scope(): object | undefined;
  /**
   * Inside a request resolves at once: the request waits for what is being written before its answer leaves, and fails
   * with it. Outside of one resolves when it is written.
   */
  later(writing: Promise<unknown>): Promise<unknown>;
  /** The client that the request names, unchecked: only used to read its grant ahead. */
  clientId(): string | undefined;
  /** Whether the session of this request goes on under another cookie value than this one. */
  hasMovedOnFrom(cookie: string): boolean;
  /** Seconds since 1970: when the person of this request's session signed in, this very request included. */
  signsInAt(): number | undefined;
  /** The browser in words, for the citizen's list of sessions; 200 characters at most. */
  device(): string;
  /** Where it comes from, for the same list; empty where that is not known. */
  network(): string;
};

type Needs = {
  store: StateStore;
  hash: KeyedHash;
  request: RequestUnderWay;
  refusals: { alreadyUsed(): Error; replayed(): Error; tooLarge(): Error };
  nowInSeconds(): number;
};

export function createAdapters({ store, hash, request, refusals, nowInSeconds }: Needs): (kind: string) => Adapter {
  const keys = createRecordKeys(hash);
  const memory = createRequestMemory(request.scope);
  const adapters = new Map<string, Adapter>();

  function tokenAdapter(kind: RecordKind): Adapter {
    const records = createTokenRecords({ store, keys, memory, later: request.later, refusals, nowInSeconds }, kind);
    return {
      upsert: records.save,
      find: records.find,
      findByUid: async () => undefined,
      findByUserCode: records.findByUserCode,
      consume: records.consume,
      destroy: records.remove,
      revokeByGrantId: async () => undefined,
    };
  }

  function sessionAdapter(): Adapter {
    const records = createSessionRecords({
      store,
      keys,
      memory,
      later: request.later,
      signsInAt: request.signsInAt,
      describeDevice: () => ({ device: request.device(), network: request.network() }),
      nowInSeconds,
    });
    return {
      upsert: records.save,
      find: (cookie) => records.find(cookie, request.clientId()),
      findByUid: records.findByUid,
      findByUserCode: async () => undefined,
      consume: async () => undefined,
      destroy: (cookie) => (request.hasMovedOnFrom(cookie) ? records.retireCookie(cookie) : records.end(cookie)),
      revokeByGrantId: async () => undefined,
    };
  }

  return (kind) => {
    const known = adapters.get(kind);
    if (known !== undefined) return known;
    const adapter = kind === 'Session' ? sessionAdapter() : tokenAdapter(kind as RecordKind);
    adapters.set(kind, adapter);
    return adapter;
  };
}
