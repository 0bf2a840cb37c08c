import { setTimeout as wait } from 'node:timers/promises';
import { cast, type SigningAlgorithm } from '../cast.ts';
import { basicAuthorization, check } from '../exchange.ts';
import { newAuthorizationRequest, readTokens, type Tokens } from '../single-sign-on.ts';
import { type Balancer, Interrupted } from './balancer.ts';
import { kidOf } from './relying-parties/tally.ts';
import { ISSUER, type Site } from './site.ts';

export type TokenKind = 'id' | 'access' | 'logout';

/** A token as it reached its relying party: from whom, and when. */
export type Issued = { token: string; kind: TokenKind; node: string; receivedAt: number };

type Traffic = {
  counts: TrafficCounts;
  /** Sign-outs need a receiver that production's instances refuse to reach. */
  pauseSignOuts(): void;
  /** Resolves when what is under way is over. */
  stop(): Promise<void>;
};

export type TrafficCounts = {
  signIns: number;
  refreshes: number;
  clientCredentials: number;
  signOuts: number;
  /** Began again because an instance was killed or stopped between two steps. */
  begunAgain: number;
  /** Refused for good, because an instance was killed or stopped after it took the token and before it kept the answer. */
  familiesLost: number;
  /** In words; every one is a defect, unless it is about a key that was revoked meanwhile. */
  failures: { what: string; kid?: string }[];
};

/** Milliseconds between two rounds of one walk, and how many walk at once. */
export type Pace = { walks: number; everyMs: number; signOutEveryMs: number };

/** A morning without pause: people come back at both universities, tokens are refreshed, machines ask for theirs, people sign out. */
export function startTraffic(
  { balancer, site, onIssued }: { balancer: Balancer; site: Site; onIssued(issued: Issued): void },
  { walks, everyMs, signOutEveryMs }: Pace,
): Traffic {
  const counts: TrafficCounts = {
    signIns: 0,
    refreshes: 0,
    clientCredentials: 0,
    signOuts: 0,
    begunAgain: 0,
    familiesLost: 0,
    failures: [],
  };
  // The last citizens only sign out; the first ones come back again and again.
  const leaving = site.sessionCookies.slice(site.sessionCookies.length / 2);
  const staying = site.sessionCookies.slice(0, site.sessionCookies.length / 2);
  // A sign-out ends its citizen's grants, and the refresh tokens with them.
  const refreshTokens = site.refreshTokens.slice(0, site.refreshTokens.length / 2);
  let isOver = false;
  let maySignOut = true;
  let turn = 0;

  const algorithmInTurn = (): SigningAlgorithm => (turn % 2 === 0 ? 'es256' : 'rs256');

  async function signIn(algorithm: SigningAlgorithm, cookie: string): Promise<Tokens> {
    const request = newAuthorizationRequest(algorithm);
    const answer = await balancer.send({ method: 'GET', path: request.path, headers: { cookie }, mayRepeat: true });
    check(answer, '/auth', 303);
    const code = new URL(answer.location ?? '', ISSUER).searchParams.get('code');
    if (code === null) throw new Error(`/auth: sent to ${String(answer.location).slice(0, 120)}`);
    const reply = await balancer.send({
      method: 'POST',
      path: '/token',
      headers: basicAuthorization(cast.relyingParties[algorithm], cast.clientSecret),
      form: {
        grant_type: 'authorization_code',
        code,
        redirect_uri: cast.redirectUri,
        code_verifier: request.verifier,
      },
      mayRepeat: false,
    });
    check(reply, '/token', 200);
    const tokens = readTokens(reply.body);
    issued(tokens.id_token, 'id', reply.node);
    counts.signIns += 1;
    return tokens;
  }

  async function refresh(): Promise<void> {
    const presented = refreshTokens.shift();
    if (presented === undefined) return;
    const reply = await balancer.send({
      method: 'POST',
      path: '/token',
      headers: basicAuthorization(cast.relyingParties.rs256, cast.clientSecret),
      form: { grant_type: 'refresh_token', refresh_token: presented },
      // The same token again gives the same successor for a while: a lost answer costs nothing.
      mayRepeat: true,
    });
    if (reply.status === 400 && reply.isRepeated) {
      counts.familiesLost += 1;
      return;
    }
    check(reply, '/token refresh', 200);
    const { id_token, refresh_token } = readTokens(reply.body);
    if (refresh_token !== undefined) refreshTokens.push(refresh_token);
    issued(id_token, 'id', reply.node);
    counts.refreshes += 1;
  }

  async function askAsMachine(): Promise<void> {
    const reply = await balancer.send({
      method: 'POST',
      path: '/token',
      headers: basicAuthorization(cast.relyingParties.machine, cast.clientSecret),
      form: {
        grant_type: 'client_credentials',
        resource: cast.resources[algorithmInTurn()],
        scope: cast.resourceScope,
      },
      mayRepeat: true,
    });
    check(reply, '/token client_credentials', 200);
    issued(readTokens(reply.body).access_token, 'access', reply.node);
    counts.clientCredentials += 1;
  }

  /** Signs in at both relying parties, and out everywhere: both are told. */
  async function signOut(): Promise<void> {
    const cookie = leaving.shift();
    if (cookie === undefined || !maySignOut) return;
    const { id_token: hint = '' } = await signIn('es256', cookie);
    const query = new URLSearchParams({ id_token_hint: hint, client_id: cast.relyingParties.es256 });
    const page = await balancer.send({ method: 'GET', path: `/logout?${query}`, headers: { cookie }, mayRepeat: true });
    if (page.status === 400) {
      counts.failures.push({ what: `/logout: ${page.body.slice(0, 120)}`, kid: kidOf(hint) });
      return;
    }
    check(page, '/logout', 200);
    const xsrf = /name="xsrf"[^>]*value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const done = await balancer.send({
      method: 'POST',
      path: '/logout/confirm',
      headers: { cookie, origin: ISSUER },
      form: { xsrf, logout: 'yes' },
      mayRepeat: false,
    });
    check(done, '/logout/confirm', 303);
    counts.signOuts += 1;
  }

  function issued(token: string | undefined, kind: TokenKind, node: string): void {
    if (token === undefined) throw new Error(`no ${kind} token came`);
    onIssued({ token, kind, node, receivedAt: Date.now() });
  }

  async function round(): Promise<void> {
    turn += 1;
    const kind = turn % 3;
    if (kind === 0) return refresh();
    if (kind === 1) return askAsMachine();
    await signIn(algorithmInTurn(), staying[turn % staying.length] ?? '');
  }

  async function walk(once: () => Promise<void>, pauseMs: number): Promise<void> {
    while (!isOver) {
      const nextAt = performance.now() + pauseMs;
      try {
        await once();
      } catch (error) {
        if (error instanceof Interrupted) counts.begunAgain += 1;
        else counts.failures.push({ what: error instanceof Error ? error.message : String(error) });
      }
      await wait(Math.max(0, nextAt - performance.now()));
    }
  }

  const walking = [...Array.from({ length: walks }, () => walk(round, everyMs)), walk(signOut, signOutEveryMs)];

  return {
    counts,
    pauseSignOuts() {
      maySignOut = false;
    },
    async stop() {
      isOver = true;
      await Promise.all(walking);
    },
  };
}
