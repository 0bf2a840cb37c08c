import { z } from 'zod';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';
import { createRecordKeys } from './record-keys.ts';
import { payloadFrom } from './session-records.ts';

/** Everything a citizen is signed in with, and how to end it: one session, all of them, or what one relying party holds. */
export type CitizenSessions = {
  list(citizenId: string): Promise<CitizenSession[]>;
  /** Ends it with the grants that live no longer than it; the answer names who must be told. Undefined when it is not this citizen's. */
  end(which: { citizenId: string; sessionId: string }): Promise<EndedSession | undefined>;
  endAll(citizenId: string): Promise<EndedSession[]>;
  /** Ends every grant that the citizen gave to this relying party, in all sessions and beyond them. */
  endGrants(which: { citizenId: string; clientId: string }): Promise<number>;
  /** The same for all relying parties. */
  endAllGrants(citizenId: string): Promise<number>;
};

export type CitizenSession = {
  /** Names the session in the citizen's own pages; it is no bearer value. */
  id: string;
  uid: string;
  /** Milliseconds since 1970; the last time is right to a minute. */
  startedAt: number;
  lastSeenAt: number;
  device: string;
  /** Where it began from; empty where that was not noted. */
  network: string;
  acr: string | undefined;
  isShared: boolean;
  clientIds: string[];
};

export type EndedSession = { citizenId: string; told: { clientId: string; sid: string | undefined }[] };

const about = z.object({ startedAt: z.number(), device: z.string(), network: z.string().default('') });
const session = z.object({
  uid: z.string(),
  accountId: z.string().optional(),
  acr: z.string().optional(),
  transient: z.boolean().optional(),
  authorizations: z
    .record(
      z.string(),
      z.object({ sid: z.string().optional(), grantId: z.string().optional(), persistsLogout: z.boolean().optional() }),
    )
    .default({}),
});

type Needs = {
  store: StateStore;
  hash: KeyedHash;
  /** Notes whom to tell, before anything is ended: what is owed cannot be forgotten. */
  oweLogouts(ended: EndedSession): Promise<void>;
};

export function createCitizenSessions({ store, hash, oweLogouts }: Needs): CitizenSessions {
  const keys = createRecordKeys(hash);

  async function read(id: string) {
    const fields = (await store.read(id))?.fields;
    if (fields === undefined) return undefined;
    return {
      ...session.parse(payloadFrom(fields, undefined)),
      ...about.parse(JSON.parse(fields.about ?? '{"startedAt":0,"device":""}')),
      lastSeenAt: Number(fields.seen) * 1000,
    };
  }

  async function end({
    citizenId,
    sessionId,
  }: {
    citizenId: string;
    sessionId: string;
  }): Promise<EndedSession | undefined> {
    if (!sessionId.startsWith('Session:')) return undefined;
    const found = await read(sessionId);
    if (found === undefined || found.accountId !== citizenId) return undefined;
    const authorizations = Object.entries(found.authorizations);
    const grants = authorizations.flatMap(([, { grantId, persistsLogout }]) =>
      grantId === undefined || persistsLogout === true ? [] : [keys.of('Grant', grantId)],
    );
    const ended = { citizenId, told: authorizations.map(([clientId, { sid }]) => ({ clientId, sid })) };
    await oweLogouts(ended);
    await store.remove([sessionId, ...grants]);
    await store.removeFromIndex(keys.of('CitizenSessions', citizenId), [sessionId]);
    return ended;
  }

  return {
    async list(citizenId) {
      const ids = await store.listIndex(keys.of('CitizenSessions', citizenId));
      const found = await Promise.all(ids.map(async (id) => ({ id, record: await read(id) })));
      return found.flatMap(({ id, record }) =>
        record?.accountId !== citizenId
          ? []
          : [
              {
                id,
                uid: record.uid,
                startedAt: record.startedAt * 1000,
                lastSeenAt: record.lastSeenAt,
                device: record.device,
                network: record.network,
                acr: record.acr,
                isShared: record.transient === true,
                clientIds: Object.keys(record.authorizations),
              },
            ],
      );
    },
    end,
    async endAll(citizenId) {
      const ids = await store.listIndex(keys.of('CitizenSessions', citizenId));
      const ended = await Promise.all(ids.map((sessionId) => end({ citizenId, sessionId })));
      return ended.filter((one) => one !== undefined);
    },
    async endGrants({ citizenId, clientId }) {
      const index = keys.of('CitizenGrants', citizenId);
      const members = (await store.listIndex(index)).filter((member) => member.startsWith(`${clientId} `));
      await store.remove(members.map((member) => member.slice(clientId.length + 1)));
      await store.removeFromIndex(index, members);
      return members.length;
    },
    async endAllGrants(citizenId) {
      const index = keys.of('CitizenGrants', citizenId);
      const members = await store.listIndex(index);
      await store.remove(members.map((member) => member.slice(member.indexOf(' ') + 1)));
      await store.removeFromIndex(index, members);
      return members.length;
    },
  };
}
