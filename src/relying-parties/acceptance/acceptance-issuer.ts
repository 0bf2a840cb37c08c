import type { LogoutSpoil, Spoil } from './spoil.ts';

/**
 * What a run needs of the issuer that deceives. It lives in another room, because it is a provider; whoever wires
 * the two hands it in. Everything a run changes is seen by all instances at once.
 *
 * It is lenient where a case has to see what a relying party does: a request without PKCE, state or nonce is let
 * through, because the report says what was missing. A redirect URI that is not registered is refused as always.
 */
export type AcceptanceIssuer = {
  /** `<issuer>/acceptance/<client_id>`, without a slash at the end. */
  issuerOf(clientId: string): string;
  /**
   * A run begins: nothing is spoiled, nothing was seen. The key that signs stays the one of the run before, so that
   * a relying party that keeps the key set has no reason to fetch it; a rotation is a case of its own.
   */
  begin(clientId: string): Promise<void>;
  /** For the sign-ins that begin from now on, on every instance; it also empties `seen`. Undefined is honest. */
  spoil(clientId: string, spoil: Spoil | undefined): Promise<void>;
  seen(clientId: string): Promise<Seen>;
  /**
   * Sends a logout token for the latest finished sign-in. Undefined is an honest one; `logout-replayed` needs an
   * honest one before it in the same run.
   */
  sendLogout(clientId: string, spoil: LogoutSpoil | undefined): Promise<LogoutAnswer>;
  /** A run ends: nothing is spoiled any more, its records go. */
  end(clientId: string): Promise<void>;
};

export type LogoutAnswer = { status: number } | { outcome: 'unreachable'; reason: string };

/** What arrived since the last `spoil()`. No token, code, state or nonce of a request is kept, only what they were like. */
export type Seen = {
  authorizations: readonly SeenAuthorization[];
  /** Token requests that were answered with tokens. */
  tokenRequests: number;
  /** Token requests that were refused: a code of another sign-in, a wrong verifier, a wrong proof of the client. */
  tokenRefusals: number;
  userinfoRequests: number;
  /** Milliseconds since 1970; since the beginning of the run, not only since the last `spoil()`. */
  keySetFetchedAt?: number | undefined;
  /** Whether the ID tokens issued carried `at_hash`. */
  hadAtHash: boolean;
  /** The synthetic citizen of the latest sign-in, as this relying party sees them. */
  citizen?:
    | {
        subject: string;
        givenName?: string | undefined;
        familyName?: string | undefined;
        familyNameLatin?: string | undefined;
        /** Family names of the other synthetic citizens: where one is shown, somebody else's claims were believed. */
        strangers: readonly string[];
      }
    | undefined;
};

export type SeenAuthorization = {
  redirectUri: string;
  hadState: boolean;
  hadNonce: boolean;
  /** `S256`, `plain`, or undefined where no challenge was sent. */
  codeChallengeMethod?: string | undefined;
  /** Asked for by `acr_values`, by the `claims` parameter or by registration. */
  acrValues: readonly string[];
};
