/**
 * What the acceptance issuer can spoil, one thing at a time. A name stands for one act of the issuer; a case of the
 * runner uses one or more of them, or none where the runner's own browser does the spoiling.
 */
export type Spoil = HonestVariation | IdTokenSpoil | CallbackSpoil | UserinfoSpoil;

/** Nothing is wrong here: a relying party has to go on working. */
export const HONEST_VARIATIONS = [
  /** A new key joins the set and signs from the next token on; the authorization came before it. The old one stays published. */
  'rotated',
  /** Two keys in the set, and the second signs: the one that a rotation left behind, so that nobody has to fetch again. */
  'two-keys',
  /** `iat` (and `auth_time`, `nbf` where present) 60 s ahead of the clock. */
  'clock-ahead',
] as const;

/** Each is one change to the ID token of the token endpoint; everything else in it stays honest. */
export const ID_TOKEN_SPOILS = [
  /** One byte of the signature is another one. */
  'signature',
  /** `alg` is `none`, and the signature is empty (RFC 8725 section 2.1). */
  'alg-none',
  /** The same, written `nOnE`. */
  'alg-none-case',
  /** HS256 with the public key (SPKI as PEM) as the secret, under the honest `kid` (RFC 8725 section 2.1). */
  'alg-hs256-public',
  /** HS256 with the client secret, though another algorithm is registered. */
  'alg-hs256-secret',
  /** Signed with a key that is not in the set, under a `kid` of its own. */
  'key-unknown',
  /** Signed with the attacker's key, which the `jwk` header carries; the honest `kid`, so that no set is fetched again. */
  'key-embedded-jwk',
  /** Signed with the attacker's key, which the `jku` header's address serves under the honest `kid`. */
  'key-embedded-jku',
  'issuer-other',
  /** Ours, with a slash at the end. */
  'issuer-slash',
  /** Another client's id alone. */
  'audience',
  /** An array with ours and a foreign one, and `azp` is the foreign one. */
  'audience-many',
  /** `exp` an hour ago; `iat` earlier still. */
  'expired',
  /** `iat` and `nbf` an hour ahead, `exp` after them. */
  'not-yet',
  'subject-missing',
  'nonce-wrong',
  'nonce-missing',
  /** The hash of another access token (OpenID Connect Core 1.0 section 3.1.3.6). */
  'at-hash',
  /** The level below the one asked for, or a word that names no level where none is below. */
  'acr-lower',
] as const;

/** What the browser brings back to the redirect URI. */
export const CALLBACK_SPOILS = [
  'state-wrong',
  'state-missing',
  /** `iss` of another provider (RFC 9207 section 2.4). */
  'response-issuer',
  /** `error=access_denied` with the honest `state` and `iss`, and no code. */
  'access-denied',
] as const;

/** Userinfo answers with another subject than the ID token (OpenID Connect Core 1.0 section 5.3.2). */
export const USERINFO_SPOILS = ['userinfo-subject'] as const;

/** Changes to a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4); the rest of it stays honest. */
export const LOGOUT_SPOILS = [
  'logout-signature',
  'logout-audience',
  /** A `nonce` is present, which the specification forbids. */
  'logout-nonce',
  /** `events` is missing. */
  'logout-events',
  /** The honest logout token that was delivered last, byte for byte, once more. */
  'logout-replayed',
  /** The ID token of the latest sign-in in place of a logout token. */
  'logout-id-token',
] as const;

export type HonestVariation = (typeof HONEST_VARIATIONS)[number];
export type IdTokenSpoil = (typeof ID_TOKEN_SPOILS)[number];
export type CallbackSpoil = (typeof CALLBACK_SPOILS)[number];
type UserinfoSpoil = (typeof USERINFO_SPOILS)[number];
export type LogoutSpoil = (typeof LOGOUT_SPOILS)[number];
