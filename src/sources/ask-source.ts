import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from '#platform/clock.ts';
import type { OutboundFetch } from '#platform/http/outbound.ts';
import { randomToken } from '#platform/ids.ts';
import type { Metrics } from '#platform/metrics.ts';
import { createOutsideService, type OutsideService } from '#platform/outside-service.ts';
import type { FetchedKeySets } from '#relying-parties/fetched-key-sets.ts';
import { type AnswerRead, readAnswer, type SaidOnce, UnknownKey } from './read-answer.ts';
import type { Source } from './source.ts';

export type Asked =
  | { outcome: 'said'; said: SaidOnce }
  /** The source knows nobody by this subject, or says nothing about them. */
  | { outcome: 'not-known' }
  | { outcome: 'unavailable'; reason: string }
  /** It answered, and the answer must not be believed. */
  | { outcome: 'not-valid'; reason: string };

/** `isPatient` for a citizen who looks at the page; a release waits for one attempt alone. */
export type AskSource = (
  source: Source,
  about: { citizenId: string; subject: string; isPatient: boolean },
) => Promise<Asked>;

type Needs = {
  issuer: string;
  fetch: OutboundFetch;
  fetchKeySet: FetchedKeySets['fetchKeySet'];
  /** A token for this audience about this subject (RFC 9068), signed by our ring. Throws when nothing may be signed. */
  signAccessToken(about: { audience: string; subject: string }): Promise<string>;
  clock: Clock;
  metrics: Pick<Metrics, 'observeOutsideCall'>;
};

const answerShape = z.object({ answer: z.string() });
const SOURCES_KEPT = 1000;

/** It answered, and what came is no answer: too large, sent elsewhere, or wrapped. */
const NO_ANSWERS: ReadonlySet<string> = new Set(['too-large', 'redirect', 'encoded']);

/** One question to one source. Each has its own circuit breaker, so that one that is down holds up nobody else. */
export function createAskSource(needs: Needs): AskSource {
  const { issuer, fetch, fetchKeySet, signAccessToken, clock, metrics } = needs;
  const services = new LRUCache<string, OutsideService>({ max: SOURCES_KEPT });

  return async (source, { subject, isPatient }) => {
    const token = await signAccessToken({ audience: source.endpoint, subject }).catch(() => undefined);
    if (token === undefined) return { outcome: 'unavailable', reason: 'nothing-signed' };
    const nonce = randomToken();
    const { path, service } = serviceFor(source);
    const body = { claims: source.claims, nonce };
    const answer = await service.call({ method: 'POST', path, body, token, mayRepeat: isPatient });
    if (answer.outcome === 'unavailable')
      return { outcome: NO_ANSWERS.has(answer.reason) ? 'not-valid' : 'unavailable', reason: answer.reason };
    if (answer.status === 404) return { outcome: 'not-known' };
    const read = answerShape.safeParse(answer.body);
    if (answer.status !== 200 || !read.success) return { outcome: 'not-valid', reason: `status-${answer.status}` };
    return judge(read.data.answer, { source, subject, nonce });
  };

  async function judge(jwt: string, about: { source: Source; subject: string; nonce: string }): Promise<Asked> {
    try {
      const judged = await readWith(jwt, { ...about, isUnknownKid: false }).catch((error: unknown) => {
        if (!(error instanceof UnknownKey)) throw error;
        return readWith(jwt, { ...about, isUnknownKid: true });
      });
      return judged.outcome === 'valid' ? { outcome: 'said', said: judged.said } : judged;
    } catch (error) {
      if (error instanceof UnknownKey) return { outcome: 'not-valid', reason: 'unknown-key' };
      return { outcome: 'unavailable', reason: 'keys' };
    }
  }

  async function readWith(
    jwt: string,
    { source, isUnknownKid, ...about }: { source: Source; subject: string; nonce: string; isUnknownKid: boolean },
  ): Promise<AnswerRead> {
    const keySet = 'uri' in source.keys ? await fetchKeySet(source.keys.uri, { isUnknownKid }) : source.keys.set;
    return readAnswer(jwt, { ...about, source, issuer, keySet, now: clock.now() });
  }

  function serviceFor({ clientId, endpoint }: Source): { path: string; service: OutsideService } {
    const { origin, pathname } = new URL(endpoint);
    const key = `${clientId} ${origin}`;
    const known = services.get(key);
    if (known !== undefined) return { path: pathname, service: known };
    const service = createOutsideService({
      // One name for all of them: names of metrics are not for relying parties to choose.
      name: 'claims-source',
      url: origin,
      fetch,
      clock,
      metrics: { observeOutsideCall: metrics.observeOutsideCall, gauge: () => undefined },
    });
    services.set(key, service);
    return { path: pathname, service };
  }
}
