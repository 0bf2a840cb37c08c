import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

/**
 * The names of all records this room keeps. Every identifier is hashed under a secret of ours before it becomes a
 * key, so that a copy of the store names no token, session or person that could be used or guessed.
 */
export type RecordKeys = {
  of(kind: RecordKind, id: string): string;
  /** 32 bytes that only the holder of the identifier (and we) can derive: seals what belongs to that identifier. */
  secretOf(kind: RecordKind, id: string): Buffer;
};

export type RecordKind =
  | 'AccessToken'
  | 'AuthorizationCode'
  | 'CitizenGrants'
  | 'CitizenSessions'
  | 'ClientCredentials'
  | 'DeviceCode'
  | 'Grant'
  | 'Interaction'
  | 'PushedAuthorizationRequest'
  | 'RefreshSuccessor'
  | 'RefreshToken'
  | 'ReplayDetection'
  | 'Session'
  | 'SessionCookie'
  | 'UserCode';

export function createRecordKeys(hash: KeyedHash): RecordKeys {
  return {
    of: (kind, id) => `${kind}:${hash(`key:${kind}:${id}`)}`,
    secretOf: (kind, id) => Buffer.from(hash(`seal:${kind}:${id}`), 'base64url'),
  };
}
