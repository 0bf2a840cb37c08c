import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import type { ClientKey } from './client-key.ts';
import type { UniversitySettings } from './settings.ts';

/** What discovery gave us: openid-client's view of the provider, and its public keys. */
export type Provider = { configuration: oidc.Configuration; keys: JWTVerifyGetKey };

type FindProvider = () => Promise<Provider | undefined>;

type Needs = Pick<UniversitySettings, 'issuer' | 'clientId' | 'authentication' | 'idTokenAlg'> & {
  clientKey: ClientKey;
};

/** Seconds: openid-client's unit. */
const TIMEOUT = 5;
/** An unknown kid makes jose fetch the set anew, so that a rotated key is known at once; strangers cannot make it do so more often. */
const KEYS_COOLDOWN = 1000;
const CLOCK_TOLERANCE_SECONDS = 90;

/** The provider may start after us: discovery is tried again whenever it is needed and has not yet worked. */
export function createFindProvider(needs: Needs): FindProvider {
  let found: Promise<Provider> | undefined;

  return async () => {
    found ??= discover(needs);
    try {
      return await found;
    } catch {
      found = undefined;
      return undefined;
    }
  };
}

async function discover({ issuer, clientId, authentication, idTokenAlg, clientKey }: Needs): Promise<Provider> {
  const clientMetadata = { id_token_signed_response_alg: idTokenAlg, [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
  const clientAuthentication =
    authentication.method === 'private_key_jwt'
      ? oidc.PrivateKeyJwt({ key: clientKey.privateKey, kid: clientKey.kid })
      : oidc.ClientSecretBasic(authentication.secret);
  const configuration = await oidc.discovery(new URL(issuer), clientId, clientMetadata, clientAuthentication, {
    execute: isLoopback(issuer) ? [oidc.allowInsecureRequests] : [],
    timeout: TIMEOUT,
  });
  const jwksUri = configuration.serverMetadata().jwks_uri;
  if (jwksUri === undefined) throw new Error('the provider publishes no keys');
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: TIMEOUT * 1000,
    cooldownDuration: KEYS_COOLDOWN,
  });
  return { configuration, keys };
}

/** Plain http is for trying things out on one machine, never across a network. */
function isLoopback(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}
