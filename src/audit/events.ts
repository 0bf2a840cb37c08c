/**
 * Everything the provider ever records, as a closed vocabulary: one function an event, one line of meaning each.
 * An event carries identifiers, never names, national codes, numbers or bearer values.
 */
export type AuditEvent = {
  name: string;
  citizenId?: string | undefined;
  clientId?: string | undefined;
  /** Small, flat, and free of personal data. */
  details: Record<string, string | number | boolean | undefined>;
};

/** Resolves when the event can no longer be lost; hot paths need not wait for it. */
export type RecordAuditEvent = (event: AuditEvent) => Promise<void>;

type About = { citizenId?: string | undefined; clientId?: string | undefined };

export type AuditEvents = ReturnType<typeof createAuditEvents>;

export function createAuditEvents(record: RecordAuditEvent) {
  const define =
    <Details extends AuditEvent['details']>(name: string) =>
    ({ citizenId, clientId, ...details }: About & Details): Promise<void> =>
      record({ name, citizenId, clientId, details });

  return {
    /** A citizen proved who they are and a browser session began. */
    citizenSignedIn: define<{ acr: string; sharedComputer: boolean; network: string }>('citizen.signed-in'),
    /** Somebody tried to sign in and was refused; the reason is ours alone, the page never tells it. */
    signInRefused: define<{ reason: string; network: string }>('citizen.sign-in-refused'),
    /** A citizen allowed a relying party to receive these claims; `scopes` and `claims` are names, parted by spaces. */
    consentGiven: define<{ scopes: string; claims: string }>('consent.given'),
    /** A citizen did not allow it and went back. */
    consentRefused: define('consent.refused'),
    /** A citizen withdrew what they had allowed; the grants under it are dead. */
    consentWithdrawn: define<{ grantsEnded: number }>('consent.withdrawn'),
    /** An authorization code was issued: a relying party will learn who this is. */
    authorizationGranted: define<{ scopes: string; acr: string }>('authorization.granted'),
    /** An authorization request was answered with an error; `reason` is the protocol's error code. */
    authorizationRefused: define<{ reason: string; reference: string }>('authorization.refused'),
    /** Tokens were issued at the token endpoint; `grant` is the grant type. */
    tokensIssued: define<{ grant: string; scopes: string }>('tokens.issued'),
    /** The token endpoint refused; `reason` is the protocol's error code. */
    tokensRefused: define<{ reason: string; reference: string }>('tokens.refused'),
    /** Claims left through the userinfo endpoint; their names, parted by spaces. */
    claimsReleased: define<{ claims: string }>('claims.released'),
    /** A grant was ended with everything under it. */
    grantRevoked: define('grant.revoked'),
    /** A browser session ended; `by` is `citizen`, `relying-party` or `operator`. */
    sessionEnded: define<{ by: string; relyingPartiesToTell: number }>('session.ended'),
    /** A relying party could not be told of a sign-out within a day. */
    logoutUndeliverable: define<{ reason: string }>('logout.undeliverable'),
    /** A signing key changed its state; `act` says how, `kids` which, parted by spaces. */
    signingKeysChanged: define<{ act: string; by: string; epoch: number; kids: string }>('signing-keys.changed'),
  };
}
