import { MINUTE, SECOND } from '#platform/durations.ts';
import type { Fields, StateChange, StateStore } from '#platform/state-store.ts';
import type { RecordKeys } from './record-keys.ts';
import type { RequestMemory } from './request-memory.ts';
import type { Payload } from './token-records.ts';

/**
 * A browser session: one record by its inner name (uid), and a pointer to it by the value of the cookie.
 * - What each relying party has in the session is a field of its own, and a save writes only the fields that changed:
 *   two tabs that sign in at two relying parties at once both keep what they did.
 * - A session that was ended elsewhere is never brought back by a save.
 * - A save that would only move the expiry by less than a minute is left out.
 */
type SessionRecords = {
  save(cookie: string, payload: Payload, expiresInSeconds: number): Promise<void>;
  /** `clientId`: whose grant to bring along in the same round trip. */
  find(cookie: string, clientId: string | undefined): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  /** The cookie got another value. The old one dies at once, or soon if nobody signed in meanwhile. */
  retireCookie(cookie: string): Promise<void>;
  /** The session is over, whatever cookie points to it. */
  end(cookie: string): Promise<void>;
};

/** How far an expiry may lag behind. The shortest idle limit is 15 minutes, so this shortens a session by 7 % at the most. */
const EXPIRY_MAY_LAG = 1 * MINUTE;
/** A second tab of the same person may still be on its way with the cookie's old value. */
const OLD_COOKIE_LIVES = 30 * SECOND;

export function sessionLink(keys: RecordKeys, uid: string): string {
  return keys.of('Session', uid);
}

type Needs = {
  store: StateStore;
  keys: RecordKeys;
  memory: RequestMemory;
  /** See RequestUnderWay: what is written is waited for before the request is answered. */
  later(writing: Promise<unknown>): Promise<unknown>;
  /** Seconds since 1970: when the person of the request's session signed in. */
  signsInAt(): number | undefined;
  /** What is kept beside the session for its owner to recognise it by. */
  describeDevice(): { device: string; network: string };
  nowInSeconds(): number;
};

export function createSessionRecords({
  store,
  keys,
  memory,
  later,
  signsInAt,
  describeDevice,
  nowInSeconds,
}: Needs): SessionRecords {
  async function save(cookie: string, payload: Payload, expiresInSeconds: number): Promise<void> {
    const uid = String(payload.uid);
    const key = sessionLink(keys, uid);
    const pointer = keys.of('SessionCookie', cookie);
    const before = memory.recall(key);
    const known = before === 'absent' ? undefined : before;
    const expiresInMs = Math.max(1, expiresInSeconds) * SECOND;
    const fields = fieldsFrom(payload, keys);
    const change = changeBetween(known, fields);
    const isPointerKnown = memory.recall(pointer) !== undefined && memory.recall(pointer) !== 'absent';
    const lagMs = (Number(payload.exp) - Number(known?.exp ?? 0)) * SECOND;
    if (known !== undefined && change === undefined && isPointerKnown && Math.abs(lagMs) < EXPIRY_MAY_LAG) return;

    const isNewPerson = typeof payload.accountId === 'string' && accountOf(known) !== payload.accountId;
    const set: Fields = { ...change?.set, exp: String(payload.exp), seen: String(nowInSeconds()) };
    if (isNewPerson) set.about = JSON.stringify({ startedAt: nowInSeconds(), ...describeDevice() });
    memory.remember(key, { ...known, ...fields, ...set });
    memory.remember(pointer, { session: key });
    const index = typeof payload.accountId === 'string' ? keys.of('CitizenSessions', payload.accountId) : undefined;
    // All at once: a pointer, or an entry of the list, that leads to a session ended meanwhile leads nowhere.
    await later(
      Promise.all([
        store.write(key, {
          set,
          ...(change?.remove ? { remove: change.remove } : {}),
          expiresInMs,
          ...(known === undefined ? {} : { when: 'present' }),
        } satisfies StateChange),
        store.write(pointer, { set: { session: key }, expiresInMs }),
        ...(index === undefined ? [] : [store.addToIndex(index, key, expiresInMs)]),
      ]),
    );
  }

  async function find(cookie: string, clientId: string | undefined): Promise<Payload | undefined> {
    const pointer = keys.of('SessionCookie', cookie);
    const path = clientId === undefined ? ['session'] : ['session', `grant:${clientId}`];
    const record = await store.read(pointer, { follow: [path] });
    const key = record?.fields.session;
    const session = record?.linked.session;
    if (record === undefined || key === undefined || session === undefined) return undefined;
    memory.remember(pointer, record.fields);
    memory.remember(key, session);
    const grantKey = clientId === undefined ? undefined : session[`grant:${clientId}`];
    if (grantKey !== undefined) memory.remember(grantKey, record.linked[path.join('>')]);
    return payloadFrom(session, cookie);
  }

  async function findByUid(uid: string): Promise<Payload | undefined> {
    const key = sessionLink(keys, uid);
    const recalled = memory.recall(key);
    if (recalled === 'absent') return undefined;
    const fields = recalled ?? (await store.read(key))?.fields;
    memory.remember(key, fields);
    return fields === undefined ? undefined : payloadFrom(fields, undefined);
  }

  return {
    save,
    find,
    findByUid,
    async retireCookie(cookie) {
      const pointer = keys.of('SessionCookie', cookie);
      const recalled = memory.recall(pointer);
      const session =
        recalled === undefined || recalled === 'absent' ? undefined : memory.recall(recalled.session ?? '');
      memory.forget(pointer);
      const before = session === undefined || session === 'absent' ? undefined : signedInAt(session);
      // After a sign-in the old value must lead nowhere: it may be a stranger's (session fixation).
      if (before === undefined || before !== signsInAt()) await later(store.remove([pointer]));
      else await later(store.write(pointer, { expiresInMs: OLD_COOKIE_LIVES, when: 'present' }));
    },
    async end(cookie) {
      const pointer = keys.of('SessionCookie', cookie);
      const key = (await store.read(pointer))?.fields.session;
      memory.forget(pointer);
      if (key !== undefined) memory.forget(key);
      await store.remove(key === undefined ? [pointer] : [pointer, key]);
    },
  };
}

/** What the session record says, as the library wants it; the cookie's value is never stored. */
export function payloadFrom(fields: Fields, cookie: string | undefined): Payload {
  const payload: Payload = JSON.parse(fields.session ?? '{}');
  const authorizations: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith('client:')) authorizations[name.slice('client:'.length)] = JSON.parse(value);
  }
  if (Object.keys(authorizations).length > 0) payload.authorizations = authorizations;
  payload.exp = Number(fields.exp);
  payload.jti = cookie ?? 'known-by-uid';
  return payload;
}

function fieldsFrom({ authorizations, jti: _bearer, exp: _own, ...session }: Payload, keys: RecordKeys): Fields {
  const fields: Fields = { session: JSON.stringify(session) };
  for (const [clientId, authorization] of Object.entries(
    (authorizations ?? {}) as Record<string, { grantId?: string }>,
  )) {
    fields[`client:${clientId}`] = JSON.stringify(authorization);
    if (authorization.grantId !== undefined) fields[`grant:${clientId}`] = keys.of('Grant', authorization.grantId);
  }
  return fields;
}

function changeBetween(known: Fields | undefined, wanted: Fields): { set: Fields; remove?: string[] } | undefined {
  if (known === undefined) return { set: wanted };
  const set = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => known[name] !== value));
  const remove = Object.keys(known).filter((name) => /^(client|grant):/.test(name) && wanted[name] === undefined);
  if (Object.keys(set).length === 0 && remove.length === 0) return undefined;
  return remove.length === 0 ? { set } : { set, remove };
}

function accountOf(fields: Fields | undefined): string | undefined {
  const account = fields?.session === undefined ? undefined : JSON.parse(fields.session).accountId;
  return typeof account === 'string' ? account : undefined;
}

function signedInAt(fields: Fields): number | undefined {
  const loginTs = JSON.parse(fields.session ?? '{}').loginTs;
  return typeof loginTs === 'number' ? loginTs : undefined;
}
