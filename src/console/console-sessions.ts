import type { Clock } from '#platform/clock.ts';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { randomToken } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';

/** Who is signed in to the console in one browser. */
type ConsoleSession = {
  /** Names the record; no bearer value. */
  key: string;
  citizenId: string;
};

export type ConsoleSessions = ReturnType<typeof createConsoleSessions>;

/**
 * NIST SP 800-63B-3 section 4.2.3 asks again after 30 minutes without activity at its second level; its third asks after
 * 15, which a ministry that reads a long application cannot keep.
 */
const IDLE = 30 * MINUTE;
/** A working day; NIST SP 800-63B-3 sections 4.2.3 and 4.3.3 have 12 hours. */
const ABSOLUTE = 8 * HOUR;
/** How exact the idle limit is. */
const TOUCH_AFTER = 1 * MINUTE;
/** Far longer than a code lives: a sign-in that was under way when the citizen signed out must not outlive it. */
const REMEMBER_ENDED = 1 * HOUR;

export const CONSOLE_SESSION_LIVES = ABSOLUTE;

/**
 * The console's own sessions, as any relying party has them, in the state store: one that was ended is gone on every
 * instance with the next request.
 */
export function createConsoleSessions({ store, hash, clock }: { store: StateStore; hash: KeyedHash; clock: Clock }) {
  const sessionKey = (secret: string) => `console:session:${hash(`console-session:${secret}`)}`;
  const bySid = (sid: string) => `console:sid:${hash(`console-sid:${sid}`)}`;
  const bySubject = (subject: string) => `console:subject:${hash(`console-subject:${subject}`)}`;
  const ended = (sid: string) => `console:ended:${hash(`console-sid:${sid}`)}`;

  return {
    /** Answers the browser's new secret; undefined when the provider's session has ended in between. */
    async begin({ citizenId, subject, sid }: { citizenId: string; subject: string; sid: string }) {
      const secret = randomToken();
      const key = sessionKey(secret);
      const now = String(clock.now());
      await store.addToIndex(bySid(sid), key, ABSOLUTE);
      await store.addToIndex(bySubject(subject), key, ABSOLUTE);
      await store.write(key, { set: { citizenId, startedAt: now, seenAt: now }, expiresInMs: IDLE });
      if ((await store.read(ended(sid))) === undefined) return secret;
      await store.remove([key]);
      return undefined;
    },

    async find(secret: string): Promise<ConsoleSession | undefined> {
      const key = sessionKey(secret);
      const record = await store.read(key);
      const { citizenId, startedAt, seenAt } = record?.fields ?? {};
      if (citizenId === undefined) return undefined;
      const now = clock.now();
      const left = Number(startedAt) + ABSOLUTE - now;
      const idle = now - Number(seenAt);
      if (!(left > 0) || !(idle < IDLE)) return undefined;
      if (idle >= TOUCH_AFTER)
        await store.write(key, {
          set: { seenAt: String(now) },
          expiresInMs: Math.min(IDLE, left),
          // A session that was ended meanwhile does not come back.
          when: 'present',
        });
      return { key, citizenId };
    },

    end: (secret: string): Promise<void> => store.remove([sessionKey(secret)]),

    /** What a logout token says has ended: the sessions of `sid`, or else all of the subject. */
    async endAll({ sid, subject }: { sid: string | undefined; subject: string | undefined }): Promise<number> {
      if (sid !== undefined)
        await store.write(ended(sid), { set: { at: String(clock.now()) }, expiresInMs: REMEMBER_ENDED });
      const index = sid === undefined ? bySubject(subject ?? '') : bySid(sid);
      const keys = await store.listIndex(index);
      await store.remove(keys);
      await store.removeFromIndex(index, keys);
      return keys.length;
    },
  };
}
