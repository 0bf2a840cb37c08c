/**
 * The yardstick: oidc-provider alone, with its own in-memory adapter, static clients and static claims.
 * It stores nothing, audits nothing and measures nothing, so a ratio near 1 means that all we add is almost free.
 *
 * Run by bench/start-bare.ts with an IPC channel: it says { ready: port } and answers { fill: n } with { filled }.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Keygrip from 'keygrip';
import type { Configuration, JWK } from 'oidc-provider';
import { Provider } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import Lru from 'oidc-provider/lib/helpers/lru.js';
import type { SigningAlgorithm } from './cast.ts';
import { cast } from './cast.ts';
import { signInBeforehand } from './signed-in.ts';

type Filled = { sessionCookies: string[]; refreshTokens: string[] };

const CLOCK_TOLERANCE_SECONDS = 15;
const DAY_SECONDS = 86_400;
const COOKIE_KEY = 'bench-cookie-key-of-more-than-32-characters';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the yardstick got no port');
  const provider = createBareProvider(`http://127.0.0.1:${address.port}`);
  server.on('request', provider.callback());
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
