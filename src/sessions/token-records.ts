import { MINUTE } from '#platform/durations.ts';
import { sealBytes, unsealBytes } from '#platform/sealing/sealer.ts';
import type { Fields, StateStore } from '#platform/state-store.ts';
import type { RecordKeys, RecordKind } from './record-keys.ts';
import type { RequestMemory } from './request-memory.ts';
import { sessionLink } from './session-records.ts';

/**
 * Codes, tokens, interactions and grants, one record each.
 * - The identifier (the bearer value) is in no key and no payload: keys are hashed, and the payload leaves it out.
 * - `consume` is first-wins in one atomic step; who comes second ends the whole grant (RFC 6749 section 4.1.2,
 *   OAuth 2.1 section 4.3.1) and is refused.
 *   A refresh token has a grace of some seconds first, so there the caller decides (protocol/refresh-grace.ts).
 * - A token whose grant is gone is gone: removing the grant kills everything under it at once, with no index of tokens.
 */
type TokenRecords = {
  save(id: string, payload: Payload, expiresInSeconds: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUserCode(userCode: string): Promise<Payload | undefined>;
  consume(id: string): Promise<void>;
  remove(id: string): Promise<void>;
};

export type Payload = Record<string, unknown>;

type Needs = {
  store: StateStore;
  keys: RecordKeys;
  memory: RequestMemory;
  /** See RequestUnderWay: what is written is waited for before the request is answered. */
  later(writing: Promise<unknown>): Promise<unknown>;
  /** The error for a code or token used a second time, and for a `jti` seen before. */
  refusals: { alreadyUsed(): Error; replayed(): Error; tooLarge(): Error };
  /** Seconds since 1970. */
  nowInSeconds(): number;
};

/** These hold request parameters (login_hint may be a national code) or other bearer values: sealed under their own id. */
const SEALED: ReadonlySet<RecordKind> = new Set(['Interaction', 'PushedAuthorizationRequest', 'DeviceCode']);
/** So that the citizen and the device are told that a code ran out, not that it is wrong (RFC 8628 section 3.5). */
const KNOWN_AS_EXPIRED = 10 * MINUTE;
/**
 * As long as an address that we read: what is pushed comes back in addresses (state) and is kept for an hour with each
 * sign-in that it begins.
 */
const LONGEST_PUSHED_REQUEST = 16 * 1024;
/** Read together with the grant and the session they belong to, where they have them. */
const BOUND: ReadonlySet<RecordKind> = new Set([
  'AccessToken',
  'AuthorizationCode',
  'ClientCredentials',
  'DeviceCode',
  'RefreshToken',
]);

export function createTokenRecords(
  { store, keys, memory, later, refusals, nowInSeconds }: Needs,
  kind: RecordKind,
): TokenRecords {
  async function save(id: string, payload: Payload, expiresInSeconds: number): Promise<void> {
    const key = keys.of(kind, id);
    const expiresInMs = Math.max(1, expiresInSeconds) * 1000 + (kind === 'DeviceCode' ? KNOWN_AS_EXPIRED : 0);
    memory.forget(key);
    if (kind === 'ReplayDetection') {
      const isFirst = await store.write(key, { set: { seen: '1' }, expiresInMs, when: 'absent' });
      if (!isFirst) throw refusals.replayed();
      return;
    }
    if (kind === 'PushedAuthorizationRequest' && JSON.stringify(payload).length > LONGEST_PUSHED_REQUEST)
      throw refusals.tooLarge();
    const writes: Promise<unknown>[] = [store.write(key, { set: fieldsFrom(id, payload), expiresInMs })];
    if (typeof payload.userCode === 'string') writes.push(saveUserCode(payload.userCode, id, expiresInMs));
    if (kind === 'Grant' && typeof payload.accountId === 'string') {
      const index = keys.of('CitizenGrants', payload.accountId);
      writes.push(store.addToIndex(index, `${String(payload.clientId)} ${key}`, expiresInMs));
    }
    await later(Promise.all(writes));
  }

  async function find(id: string): Promise<Payload | undefined> {
    const key = keys.of(kind, id);
    const fields = await fieldsOf(key);
    if (fields === undefined || isGrantGoneOf(fields)) return undefined;
    const payload = payloadFrom(id, fields);
    // Tokens of several kinds have one name; what is asked for here may be another.
    return payload.kind === undefined || payload.kind === kind ? payload : undefined;
  }

  async function fieldsOf(key: string): Promise<Fields | undefined> {
    const recalled = memory.recall(key);
    if (recalled !== undefined) return recalled === 'absent' ? undefined : recalled;
    const record = await memory.readOnce(key, () =>
      store.read(key, BOUND.has(kind) ? { follow: [['grant'], ['session']] } : {}),
    );
    if (!BOUND.has(kind)) return record?.fields;
    for (const link of ['grant', 'session']) {
      const target = record?.fields[link];
      if (target !== undefined) memory.remember(target, record?.linked[link]);
    }
    memory.remember(key, record?.fields);
    return record?.fields;
  }

  function isGrantGoneOf(fields: Fields): boolean {
    return fields.grant !== undefined && memory.recall(fields.grant) === 'absent';
  }

  async function consume(id: string): Promise<void> {
    const key = keys.of(kind, id);
    const outcome = await store.claim(key, 'consumed', String(nowInSeconds()));
    if (outcome === 'first') return;
    if (outcome === 'taken' && kind !== 'RefreshToken') await endGrantOf(key);
    throw refusals.alreadyUsed();
  }

  async function endGrantOf(key: string): Promise<void> {
    const grant = (await store.read(key))?.fields.grant;
    if (grant === undefined) return;
    memory.forget(grant);
    await store.remove([grant]);
  }

  async function saveUserCode(userCode: string, id: string, expiresInMs: number): Promise<void> {
    const sealed = sealBytes(keys.secretOf('UserCode', userCode), id, 'UserCode').toString('base64url');
    await store.write(keys.of('UserCode', userCode), { set: { sealed }, expiresInMs });
  }

  function fieldsFrom(id: string, { jti: _bearer, consumed: _ours, ...payload }: Payload): Fields {
    const text = JSON.stringify(payload);
    const fields: Fields = SEALED.has(kind)
      ? { sealed: sealBytes(keys.secretOf(kind, id), text, kind).toString('base64url') }
      : { payload: text };
    if (BOUND.has(kind) && typeof payload.grantId === 'string') fields.grant = keys.of('Grant', payload.grantId);
    if (BOUND.has(kind) && typeof payload.sessionUid === 'string')
      fields.session = sessionLink(keys, payload.sessionUid);
    return fields;
  }

  function payloadFrom(id: string, fields: Fields): Payload {
    if (kind === 'ReplayDetection') return { jti: id, kind };
    const text =
      fields.sealed === undefined
        ? fields.payload
        : unsealBytes(keys.secretOf(kind, id), Buffer.from(fields.sealed, 'base64url'), kind).toString('utf8');
    const payload: Payload = JSON.parse(text ?? '{}');
    payload.jti = id;
    if (fields.consumed !== undefined) payload.consumed = Number(fields.consumed);
    return payload;
  }

  return {
    save,
    find,
    consume,
    async findByUserCode(userCode) {
      const sealed = (await store.read(keys.of('UserCode', userCode)))?.fields.sealed;
      if (sealed === undefined) return undefined;
      const id = unsealBytes(keys.secretOf('UserCode', userCode), Buffer.from(sealed, 'base64url'), 'UserCode');
      return find(id.toString('utf8'));
    },
    async remove(id) {
      const key = keys.of(kind, id);
      memory.forget(key);
      await later(store.remove([key]));
    },
  };
}
