/**
 * The yardstick: oidc-provider alone, with its own in-memory adapter, static clients and static claims.
 * It stores nothing, audits nothing and measures nothing, so a ratio near 1 means that all we add is almost free.
 *
 * Run by bench/start-bare.ts with an IPC channel: it says { ready: port } and answers { fill: n } with { filled }.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Keygrip from 'keygrip';
import type { Configuration, JWK, KoaContextWithOIDC } from 'oidc-provider';
import { Provider } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import Lru from 'oidc-provider/lib/helpers/lru.js';
import type { SigningAlgorithm } from './cast.ts';
import { cast } from './cast.ts';
import { signInBeforehand } from './signed-in.ts';

type Filled = { sessionCookies: string[]; refreshTokens: string[] };

const CLOCK_TOLERANCE_SECONDS = 15;
const DAY_SECONDS = 86_400;
const INTERACTION = '/interaction/';
const COOKIE_KEY = 'bench-cookie-key-of-more-than-32-characters';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the yardstick got no port');
  const provider = createBareProvider(`http://127.0.0.1:${address.port}`);
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith(INTERACTION) === true) void interact(provider, request, response);
    else answer(request, response);
  });
  process.on('message', (message: { fill: number }) => {
    void fill(provider, message.fill).then((filled) => process.send?.({ filled }));
  });
  // exit() also on a signal, so that --cpu-prof writes what it has.
  for (const end of ['disconnect', 'SIGTERM'] as const) process.on(end, () => process.exit());
  process.send?.({ ready: address.port });
});

function createBareProvider(issuer: string): Provider {
  const storage = new Lru({ maxSize: 400_000 });
  const profile = {
    given_name: 'آرش',
    family_name: 'کمانگیر',
    birthdate: '1370-01-01',
    updated_at: 1_700_000_000,
  };
  const configuration: Configuration = {
    adapter: (model) => new MemoryAdapter(model, storage, CLOCK_TOLERANCE_SECONDS),
    jwks: { keys: [makeKey('RS256'), makeKey('ES256')] },
    clients: [relyingParty('rs256'), relyingParty('es256'), machine()],
    cookies: { keys: [COOKIE_KEY] },
    claims: { openid: ['sub'], profile: Object.keys(profile) },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...profile }),
    }),
    scopes: ['openid', 'offline_access'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    pkce: { required: () => true },
    interactions: { url: (_ctx, { uid }) => `${INTERACTION}${uid}` },
    loadExistingGrant: findOrGiveGrant,
    rotateRefreshToken: true,
    ttl: {
      Session: 14 * DAY_SECONDS,
      Grant: 14 * DAY_SECONDS,
      RefreshToken: 14 * DAY_SECONDS,
      AccessToken: 3600,
    },
    routes: {
      authorization: '/auth',
      token: '/token',
      userinfo: '/userinfo',
      jwks: '/jwks',
      introspection: '/introspect',
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => resourceServer(resource),
      },
    },
  };
  return new Provider(issuer, configuration);
}

/** A page that asks who it is and believes it: a password sign-in without a password, for what the library itself takes. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const [body = ''] = await once(request, 'data');
    const login = { accountId: new URLSearchParams(String(body)).get('national_code') ?? '' };
    await provider.interactionFinished(request, response, { login });
    return;
  }
  const { uid } = await provider.interactionDetails(request, response);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(
    `<!doctype html><title>sign in</title><form method="post" action="${INTERACTION}${uid}"><input name="national_code"><input name="password" type="password"><button>sign in</button></form>`,
  );
}

/** Everybody has allowed everything before, as in the preparation of ours. */
async function findOrGiveGrant({ oidc }: KoaContextWithOIDC) {
  const { provider, session, client, result } = oidc;
  const grantId = result?.consent?.grantId ?? session?.grantIdFor(client?.clientId ?? '');
  if (grantId !== undefined) return provider.Grant.find(grantId);
  const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: client?.clientId ?? '' });
  grant.addOIDCScope(cast.scope);
  await grant.save();
  return grant;
}

function makeKey(alg: 'RS256' | 'ES256'): JWK {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    ...privateKey.export({ format: 'jwk' }),
    alg,
    use: 'sig',
    kid: alg,
  } as JWK;
}

function relyingParty(algorithm: SigningAlgorithm) {
  return {
    client_id: cast.relyingParties[algorithm],
    client_secret: cast.clientSecret,
    redirect_uris: [cast.redirectUri],
    response_types: ['code' as const],
    grant_types: ['authorization_code', 'refresh_token'],
    id_token_signed_response_alg: algorithm === 'rs256' ? ('RS256' as const) : ('ES256' as const),
  };
}

function machine() {
  return {
    client_id: cast.relyingParties.machine,
    client_secret: cast.clientSecret,
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
  };
}

function resourceServer(resource: string) {
  const alg = resource === cast.resources.es256 ? ('ES256' as const) : ('RS256' as const);
  return {
    scope: cast.resourceScope,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: 600,
    jwt: { sign: { alg } },
  };
}

async function fill(provider: Provider, count: number): Promise<Filled> {
  const keygrip = new Keygrip([COOKIE_KEY]);
  const filled: Filled = { sessionCookies: [], refreshTokens: [] };
  for (let index = 0; index < count; index += 1) {
    const { sessionId, refreshToken } = await signInBeforehand(provider, {
      accountId: randomUUID(),
      allow: (grant) => grant.addOIDCScope(`${cast.scope} offline_access`),
    });
    const cookie = `_session=${sessionId}`;
    filled.sessionCookies.push(`${cookie}; _session.sig=${keygrip.sign(cookie)}`);
    filled.refreshTokens.push(refreshToken);
  }
  return filled;
}
