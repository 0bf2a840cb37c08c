import type { ClientMetadata } from 'oidc-provider';
import { PROTOCOL_PATHS } from './configuration.ts';

/**
 * The front door and the citizen's own pages are reached by the same sign-in as every university: as a client of
 * ours that asks who is there and gets no code and no token, only the browser back, with its session
 * (response type `none`, OAuth 2.0 Multiple Response Type Encoding Practices section 4). So no page of ours signs
 * anybody in by itself, and there is one browser session.
 */
export const OWN_CLIENT_ID = 'panjereh';

export const RETURN_PATH = '/entered';

export function ownClient(issuer: string): ClientMetadata {
  return {
    client_id: OWN_CLIENT_ID,
    application_type: 'web',
    redirect_uris: [`${issuer}${RETURN_PATH}`],
    response_types: ['none'],
    grant_types: [],
    token_endpoint_auth_method: 'none',
  };
}

type OwnSignIn = {
  state: string;
  uiLocales: string;
  /** The level that the page behind it needs (OpenID Connect Core 1.0 section 3.1.2.1, `acr_values`). */
  acr?: string | undefined;
  /** Seconds since the sign-in at most (`max_age`). */
  maxAge?: number | undefined;
};

/** Where the browser is sent to be signed in for a page of our own. */
export function ownSignInHref(issuer: string, { state, uiLocales, acr, maxAge }: OwnSignIn): string {
  const url = new URL(`${issuer}${PROTOCOL_PATHS.authorization}`);
  const asked = {
    client_id: OWN_CLIENT_ID,
    response_type: 'none',
    redirect_uri: `${issuer}${RETURN_PATH}`,
    scope: 'openid',
    state,
    ui_locales: uiLocales,
    ...(acr === undefined ? {} : { acr_values: acr }),
    ...(maxAge === undefined ? {} : { max_age: String(maxAge) }),
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}
