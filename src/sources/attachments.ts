import { LRUCache } from 'lru-cache';
import type { AuditEvents } from '#audit/events.ts';
import {
  ATTACHED_CLAIMS_TOPIC,
  type AttachedBy,
  type AttachedClaimsStore,
  type KeptAnswer,
} from '#citizens/attached-claims-store.ts';
import type { Clock } from '#platform/clock.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import { SECOND } from '#platform/durations.ts';
import type { RateLimit } from '#platform/rate-limits.ts';
import { createFeedCache } from '#relying-parties/feed-cache.ts';
import type { Subjects } from '#relying-parties/subjects-store.ts';
import type { Asked, AskSource } from './ask-source.ts';
import type { ClaimsSources } from './claims-sources.ts';
import type { Source } from './source.ts';
import { readSaidClaims, type SaidClaims } from './source-claims.ts';

/** What a source said of a citizen, and who it is. */
export type Attachment = Omit<KeptAnswer, 'claims' | 'clientId'> & { source: Source; claims: SaidClaims };

/** What is shown to its owner: also what can no longer be believed, because its source is no longer one. */
type AttachmentShown = KeptAnswer & { source: Source | undefined; isFresh: boolean };

export type Attached =
  | { outcome: 'attached' }
  | { outcome: 'not-known' | 'unavailable' | 'not-valid' | 'no-source' | 'removed' }
  | { outcome: 'too-often'; retryAfterMs: number };

export type Attachments = {
  list(citizenId: string): Promise<AttachmentShown[]>;
  /** Asks the source, at the citizen's wish, and keeps what it says. */
  attach(of: AttachedBy): Promise<Attached>;
  /** The same for what is attached already. */
  renew(of: AttachedBy): Promise<Attached>;
  remove(of: AttachedBy): Promise<void>;
  /** From the process: what may be said of the citizen to this organisation, fresh or not. */
  known(of: About): Promise<Attachment[]>;
  /** What is fresh now. What is stale is asked for again first, once and briefly; where that fails it is not among these. */
  fresh(of: About): Promise<Attachment[]>;
  close(): void;
};

/** Who is told: an organisation never hears from us what it said itself. */
type About = { citizenId: string; organisationId: string };

type Needs = {
  store: AttachedClaimsStore;
  changeFeed: Pick<ChangeFeed, 'onChange'>;
  sources: Pick<ClaimsSources, 'find'>;
  ask: AskSource;
  subjectFor: Subjects['subjectFor'];
  limit: RateLimit;
  audit: Pick<AuditEvents, 'claimsAttached' | 'claimsRenewed' | 'claimsNotAttached' | 'claimsDetached'>;
  clock: Clock;
};

/** Who signs in somewhere within an hour; some 15 MB. */
const CITIZENS_CACHED = 5000;
/** After a source did not answer for a release, those that follow go without for a moment and are not held up. */
const LEFT_ALONE = 30 * SECOND;

export function createAttachments(needs: Needs): Attachments {
  const { store, changeFeed, sources, ask, subjectFor, limit, audit, clock } = needs;
  const cache = createFeedCache({
    changeFeed,
    topic: ATTACHED_CLAIMS_TOPIC,
    load: async (citizenId: string): Promise<readonly KeptAnswer[]> => store.listOf(citizenId),
    size: CITIZENS_CACHED,
  });
  /** Renewals for a release that are under way, shared by all who wait for the same. */
  const renewals = new Map<string, Promise<unknown>>();
  const triedAt = new LRUCache<string, number>({ max: CITIZENS_CACHED });
  const isFresh = ({ goodUntil }: { goodUntil: number }) => goodUntil > clock.now();

  async function askAndKeep(of: AttachedBy, by: 'citizen' | 'release', isRenewal: boolean): Promise<Attached> {
    const source = await sources.find(of.clientId);
    if (source === undefined) return { outcome: 'no-source' };
    const subject = await subjectFor({ citizenId: of.citizenId, sector: source.organisationId });
    const asked = await ask(source, { ...of, subject, isPatient: by === 'citizen' });
    return asked.outcome === 'said' ? keep({ ...of, ...asked.said }, by, isRenewal) : refuse(of, asked, by, isRenewal);
  }

  async function keep(
    said: AttachedBy & Extract<Asked, { outcome: 'said' }>['said'],
    by: 'citizen' | 'release',
    isRenewal: boolean,
  ): Promise<Attached> {
    const { citizenId, clientId, claims } = said;
    const statements = Object.fromEntries(Object.entries(said.statements));
    const isKept = await store.save({ ...said, statements, fetchedAt: clock.now(), isRenewal });
    cache.forget(citizenId);
    if (!isKept) return { outcome: 'removed' };
    const names = Object.keys(claims).join(' ');
    if (isRenewal) await audit.claimsRenewed({ citizenId, clientId, claims: names, by });
    else await audit.claimsAttached({ citizenId, clientId, claims: names });
    return { outcome: 'attached' };
  }

  /** Whom the source no longer knows it no longer speaks for: what it said before is not kept against its word. */
  async function refuse(
    of: AttachedBy,
    asked: Exclude<Asked, { outcome: 'said' }>,
    by: 'citizen' | 'release',
    isRenewal: boolean,
  ): Promise<Attached> {
    const { outcome } = asked;
    await audit.claimsNotAttached({ ...of, outcome, reason: 'reason' in asked ? asked.reason : '', by });
    if (outcome === 'not-known' && isRenewal) await detach(of, 'source');
    return { outcome };
  }

  async function detach({ citizenId, clientId }: AttachedBy, by: 'citizen' | 'source'): Promise<void> {
    const isGone = await store.remove({ citizenId, clientId });
    cache.forget(citizenId);
    if (isGone) await audit.claimsDetached({ citizenId, clientId, by });
  }

  async function atTheirWish(of: AttachedBy, isRenewal: boolean): Promise<Attached> {
    const taken = await limit.take(of.citizenId);
    return taken.allowed
      ? askAndKeep(of, 'citizen', isRenewal)
      : { outcome: 'too-often', retryAfterMs: taken.retryAfterMs };
  }

  async function known({ citizenId, organisationId }: About): Promise<Attachment[]> {
    const kept = (await cache.find(citizenId)) ?? [];
    const all = await Promise.all(
      kept.map(async ({ clientId, claims: said, ...answer }) => {
        const source = await sources.find(clientId);
        // What it may no longer say counts no more, whenever it was said.
        const claims = source && readSaidClaims(said, source.claims);
        return source === undefined || claims === undefined ? undefined : { ...answer, source, claims };
      }),
    );
    return all.filter((each) => each !== undefined).filter(({ source }) => source.organisationId !== organisationId);
  }

  /** Never throws: whoever is signed in gets their answer, with what is known in it. */
  function renewForRelease(of: AttachedBy): Promise<unknown> {
    const key = `${of.citizenId} ${of.clientId}`;
    if (clock.now() - (triedAt.get(key) ?? Number.NEGATIVE_INFINITY) < LEFT_ALONE && !renewals.has(key))
      return Promise.resolve();
    const renewal =
      renewals.get(key) ??
      askAndKeep(of, 'release', true)
        .catch(() => undefined)
        .finally(() => renewals.delete(key));
    triedAt.set(key, clock.now());
    renewals.set(key, renewal);
    return renewal;
  }

  return {
    async list(citizenId) {
      const kept = await store.listOf(citizenId);
      return Promise.all(
        kept.map(async (answer) => ({
          ...answer,
          source: await sources.find(answer.clientId),
          isFresh: isFresh(answer),
        })),
      );
    },
    attach: (of) => atTheirWish(of, false),
    renew: (of) => atTheirWish(of, true),
    remove: (of) => detach(of, 'citizen'),
    known,
    async fresh(of) {
      const stale = (await known(of)).filter((each) => !isFresh(each));
      if (stale.length === 0) return known(of);
      const { citizenId } = of;
      await Promise.all(stale.map(({ source }) => renewForRelease({ citizenId, clientId: source.clientId })));
      return (await known(of)).filter(isFresh);
    },
    close: cache.close,
  };
}
