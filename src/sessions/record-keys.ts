import { createSecretKey, type KeyObject } from 'node:crypto';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

/**
 * The names of all records this room keeps. Every identifier is hashed under a secret of ours before it becomes a
 * key, so that a copy of the store names no token, session or person that could be used or guessed.
 */
export type RecordKeys = {
  of(kind: RecordKind, id: string): string;
  /** 32 bytes that only the holder of the identifier (and we) can derive: seals what belongs to that identifier. */
  secretOf(kind: RecordKind, id: string): KeyObject;
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

/**
 * Whoever introspects or revokes a token does not say of which kind it is, and the library asks for each kind: under one
 * name they are found in one read. What it is stands in its payload.
 */
const NAMED_AS: Readonly<Partial<Record<RecordKind, string>>> = {
  AccessToken: 'Token',
  ClientCredentials: 'Token',
  RefreshToken: 'Token',
};

export function createRecordKeys(hash: KeyedHash): RecordKeys {
  return {
    of(kind, id) {
      const name = NAMED_AS[kind] ?? kind;
      return `${name}:${hash(`key:${name}:${id}`)}`;
    },
    secretOf: (kind, id) => createSecretKey(hash(`seal:${kind}:${id}`), 'base64url'),
  };
}
