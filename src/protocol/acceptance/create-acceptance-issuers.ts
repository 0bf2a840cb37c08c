import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import { epochSeconds } from '#platform/clock.ts';
import { inSeconds, MINUTE } from '#platform/durations.ts';
import { createDocument, sendDocument } from '#platform/http/document.ts';
import { LimitsUnavailable, type RateLimits } from '#platform/rate-limits.ts';
import type { AcceptanceIssuer } from '#relying-parties/acceptance/acceptance-issuer.ts';
import type { LibraryMetadata } from '#relying-parties/library-metadata.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { DISCOVERY_PATHS, PROTOCOL_PATHS } from '../configuration.ts';
import { speakAsIssuer } from '../host.ts';
import { algorithmsOf } from './acceptance-client.ts';
import { createIssuer, type Issuer, type IssuerNeeds } from './issuer.ts';
import { type AcceptanceRing, foreignKeySetOf, keySetOf, keysOf, signingKey } from './key-ring.ts';
import type { AcceptanceKeys } from './keys.ts';
import { logoutToken, postLogoutToken } from './logout-tokens.ts';
import type { Run } from './runs.ts';
import { FOREIGN_KEY_SET_PATH } from './spoiled-answers.ts';

export const ACCEPTANCE_PATH = '/acceptance';

type AcceptanceIssuers = AcceptanceIssuer & {
  /** Answers everything under `/acceptance`. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): void;
};

type Needs = Omit<IssuerNeeds, 'runOf' | 'relyingParties'> & {
  /** The real issuer, under which the others lie. */
  issuer: string;
  relyingParties: IssuerNeeds['relyingParties'] & { metadataFor(relyingParty: RelyingParty): LibraryMetadata };
  keys: AcceptanceKeys;
  rateLimits: RateLimits;
};

/** Each holds a few hundred kilobytes; those in use at one moment are a handful. */
const ISSUERS_KEPT = 50;

/** A whole run is some 40 sign-ins of 8 requests; several may be tried in one minute, and no more. */
const REQUESTS = { attempts: 1200, withinMs: 1 * MINUTE };

/** A key set is asked for again at a rotation, so nobody may keep it for long in between. */
const KEY_SET_CACHE = 'public, max-age=10';

/**
 * For each relying party an issuer of its own at `<issuer>/acceptance/<client_id>`, which signs in invented citizens without a
 * page and deceives as it is told to. Without a run it is honest, so that a university can try by hand; nothing that
 * any of them gives out is believed by the real provider or by another one of them.
 */
export function createAcceptanceIssuers({ issuer, keys, rateLimits, ...needs }: Needs): AcceptanceIssuers {
  const { relyingParties, runs, clock, log } = needs;
  const quota = rateLimits.createQuota({ name: 'acceptance', ...REQUESTS });
  const runsUnderWay = new WeakMap<object, Run>();
  const built = new LRUCache<string, { ring: AcceptanceRing; registered: RelyingParty; issuer: Issuer }>({
    max: ISSUERS_KEPT,
  });
  const issuerOf = (clientId: string) => `${issuer}${ACCEPTANCE_PATH}/${clientId}`;

  const ringFor = (registered: RelyingParty, { epoch }: Pick<Run, 'epoch'>) =>
    keys.ringOf(registered.clientId, { algorithms: algorithmsOf(registered), epoch });

  function issuerWith(registered: RelyingParty, ring: AcceptanceRing): Issuer {
    const { clientId } = registered;
    const known = built.get(clientId);
    if (known !== undefined && known.registered === registered && known.ring === ring) return known.issuer;
    const metadata = relyingParties.metadataFor(registered);
    const fresh = createIssuer(
      { issuer: issuerOf(clientId), registered, metadata, ring },
      { ...needs, runOf: (request) => runsUnderWay.get(request) },
    );
    built.set(clientId, { ring, registered, issuer: fresh });
    return fresh;
  }

  async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const asked = readPath(path);
    const registered = asked && (await relyingParties.find(asked.clientId));
    if (asked === undefined || registered === undefined) return refuse(response, 404, 'not_found');
    const run = await runs.find(asked.clientId);
    if (isKeySet(asked.path)) return answerKeySet({ request, response }, { asked, registered, run });
    if (!isDiscovery(asked.path)) {
      const taken = await quota.take(asked.clientId);
      if (!taken.allowed) {
        response.setHeader('Retry-After', String(inSeconds(taken.retryAfterMs) + 1));
        return refuse(response, 429, 'temporarily_unavailable');
      }
    }
    const ring =
      isRotatedBy(request, { path: asked.path, run }) && (await runs.mayRotate(run))
        ? await rotate(registered, run)
        : await ringFor(registered, run);
    runsUnderWay.set(request, run);
    underPath(request, { mount: `${ACCEPTANCE_PATH}/${asked.clientId}`, path: asked.path });
    speakAsIssuer(request, new URL(issuer));
    issuerWith(registered, ring).answer(request, response, asked.path);
  }

  async function rotate(registered: RelyingParty, { clientId, keySetReadAt }: Run): Promise<AcceptanceRing> {
    const [alg = ''] = algorithmsOf(registered);
    const ring = await keys.rotate(clientId, { alg, keySetReadAt });
    await runs.noteEpoch(clientId, ring.epoch);
    return ring;
  }

  async function answerKeySet(
    http: { request: IncomingMessage; response: ServerResponse },
    { asked, registered, run }: { asked: { path: string }; registered: RelyingParty; run: Run },
  ): Promise<void> {
    const ring = await ringFor(registered, run);
    const isOurs = asked.path === PROTOCOL_PATHS.jwks;
    const keySet = isOurs ? keySetOf(ring) : foreignKeySetOf(ring);
    if (isOurs && http.request.method === 'GET') await runs.noteKeySetRead(registered.clientId);
    sendDocument(http, createDocument(keySet), { type: 'application/jwk-set+json', cacheControl: KEY_SET_CACHE });
  }

  async function find(clientId: string): Promise<RelyingParty> {
    const registered = await relyingParties.find(clientId);
    if (registered === undefined) throw new Error(`there is no relying party ${clientId}`);
    return registered;
  }

  return {
    handle(request, response, path) {
      answer(request, response, path).catch((error: unknown) => {
        log.error({ err: error }, 'an acceptance issuer could not answer');
        if (response.headersSent) return response.destroy();
        return refuse(response, error instanceof LimitsUnavailable ? 503 : 500, 'temporarily_unavailable');
      });
    },
    issuerOf,
    async begin(clientId) {
      const registered = await find(clientId);
      await runs.begin(clientId);
      await ringFor(registered, { epoch: 0 });
    },
    spoil: runs.spoil,
    seen: runs.seen,
    async sendLogout(clientId, spoil) {
      const registered = await find(clientId);
      const uri = registered.metadata.backchannel_logout_uri;
      if (uri === undefined) return { outcome: 'unreachable', reason: 'not-registered' };
      const run = await runs.find(clientId);
      if (run.signIn === undefined) return { outcome: 'unreachable', reason: 'nobody-signed-in' };
      const [alg = ''] = algorithmsOf(registered);
      const token = await logoutToken({
        spoil,
        signIn: run.signIn.claims,
        earlier: run.logoutToken,
        key: signingKey(keysOf(await ringFor(registered, run), alg)),
        nowInSeconds: epochSeconds(clock),
      });
      if (spoil === undefined) await runs.remember(run, { logoutToken: token });
      return postLogoutToken(needs.fetch, uri, token);
    },
    end: runs.end,
  };
}

function readPath(path: string): { clientId: string; path: string } | undefined {
  const [, clientId, rest] = /^\/acceptance\/([a-z0-9-]{1,64})(\/.*)$/.exec(path) ?? [];
  return clientId === undefined || rest === undefined ? undefined : { clientId, path: rest };
}

/**
 * The library takes what comes before its own paths from `baseUrl`, as under Express, and puts it into every link. (It would
 * also work it out from `originalUrl`, by searching it for the path: wrong for a client that is called `auth`.)
 */
function underPath(request: IncomingMessage, { mount, path }: { mount: string; path: string }): void {
  const query = request.url?.indexOf('?') ?? -1;
  request.url = `${path}${query < 0 ? '' : request.url?.slice(query)}`;
  Object.assign(request, { baseUrl: mount });
}

function isKeySet(path: string): boolean {
  return path === PROTOCOL_PATHS.jwks || path === FOREIGN_KEY_SET_PATH;
}

function isDiscovery(path: string): boolean {
  return DISCOVERY_PATHS.some((known) => known === path);
}

/** Between the authorization and the token: whoever asks for the token finds that the key has changed. */
function isRotatedBy({ method }: IncomingMessage, { path, run }: { path: string; run: Run }): boolean {
  return run.spoil === 'rotated' && method === 'POST' && path === PROTOCOL_PATHS.token;
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ error }));
}
