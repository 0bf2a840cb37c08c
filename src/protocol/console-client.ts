import type { ClientMetadata } from 'oidc-provider';
import { AUTHENTICATION_LEVELS } from '#citizens/authentication-levels.ts';
import { inSeconds, MINUTE } from '#platform/durations.ts';

/**
 * The operators' console is a relying party like every other: code flow, PKCE, private_key_jwt, back-channel logout. It
 * only need not be registered, because nobody may take it away or change it.
 */
export const CONSOLE_CLIENT_ID = 'panjereh-console';

/** The pairwise subjects of the console are its own: they mean nothing at any university. */
export const CONSOLE_SECTOR = 'panjereh-console';

export const CONSOLE_PATHS = {
  home: '/console',
  enter: '/console/enter',
  arrive: '/console/arrive',
  signOut: '/console/sign-out',
  signedOut: '/console/signed-out',
  backChannelLogout: '/console/back-channel-logout',
} as const;

/** The strongest level: a passkey, which no look-alike page can pass on. */
export const CONSOLE_ACR = AUTHENTICATION_LEVELS.passkey;

/**
 * Seconds since the passkey was used at most. As long as the console waits for an idle operator: a longer time would let
 * whoever finds a computer that was left walk back in without one.
 */
export const CONSOLE_MAX_AGE = inSeconds(30 * MINUTE);

type PublicKey = { kty: string; crv: string; x: string; kid: string };

export function consoleClient(issuer: string, keys: readonly PublicKey[]): ClientMetadata {
  return {
    client_id: CONSOLE_CLIENT_ID,
    application_type: 'web',
    redirect_uris: [`${issuer}${CONSOLE_PATHS.arrive}`],
    post_logout_redirect_uris: [`${issuer}${CONSOLE_PATHS.signedOut}`],
    backchannel_logout_uri: `${issuer}${CONSOLE_PATHS.backChannelLogout}`,
    backchannel_logout_session_required: true,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'Ed25519',
    jwks: { keys: keys.map((key) => ({ ...key, alg: 'Ed25519', use: 'sig' })) },
  };
}
