import { randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';

export type Session = {
  id: string;
  sub: string;
  /** The browser session at the provider, named in ID and logout tokens. */
  sid: string | undefined;
  idToken: string;
  idTokenClaims: JWTPayload;
  userinfo: Readonly<Record<string, unknown>>;
  accessToken: string;
  refreshToken: string | undefined;
  endsAt: number;
};

export type NewSession = Omit<Session, 'id' | 'endsAt'>;

const LIFETIME = 8 * 60 * 60 * 1000;
const AT_MOST = 10_000;

/** Who is signed in at this university, in memory, found by cookie, by subject and by the provider's session. */
export function createSessions({ now }: { now: () => number }) {
  const byId = new Map<string, Session>();
  const bySub = new Map<string, Set<string>>();
  const bySid = new Map<string, Set<string>>();

  function end(id: string): void {
    const session = byId.get(id);
    if (session === undefined) return;
    byId.delete(id);
    forget(bySub, { key: session.sub, id });
    forget(bySid, { key: session.sid, id });
  }

  return {
    begin(values: NewSession): Session {
      const oldest = byId.size >= AT_MOST ? byId.keys().next().value : undefined;
      if (oldest !== undefined) end(oldest);
      const session = { ...values, id: randomBytes(32).toString('base64url'), endsAt: now() + LIFETIME };
      byId.set(session.id, session);
      remember(bySub, { key: session.sub, id: session.id });
      remember(bySid, { key: session.sid, id: session.id });
      return session;
    },

    find(id: string | undefined): Session | undefined {
      const session = id === undefined ? undefined : byId.get(id);
      if (session === undefined || session.endsAt > now()) return session;
      end(session.id);
      return undefined;
    },

    /** New tokens for the same person: the session stays, unless it has ended in the meantime. */
    renew(id: string, values: Partial<Omit<NewSession, 'sub' | 'sid'>>): void {
      const session = byId.get(id);
      if (session !== undefined) byId.set(id, { ...session, ...values });
    },

    end,

    /** Ends what a logout token names: the sessions of one sid, or all of a subject; with both, both must fit. */
    endNamed({ sid, sub }: { sid: string | undefined; sub: string | undefined }): number {
      const named = sid === undefined ? bySub.get(sub ?? '') : bySid.get(sid);
      const ids = [...(named ?? [])].filter((id) => sub === undefined || byId.get(id)?.sub === sub);
      for (const id of ids) end(id);
      return ids.length;
    },
  };
}

function remember(index: Map<string, Set<string>>, { key, id }: { key: string | undefined; id: string }): void {
  if (key === undefined) return;
  const ids = index.get(key) ?? new Set();
  index.set(key, ids.add(id));
}

function forget(index: Map<string, Set<string>>, { key, id }: { key: string | undefined; id: string }): void {
  if (key === undefined) return;
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
}
