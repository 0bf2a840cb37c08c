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

/** Resolves when the event can no longer be lost. What `follows` by rule from what is on record may take a little longer. */
export type RecordAuditEvent = (event: AuditEvent, urgency?: 'follows') => Promise<void>;

type About = { citizenId?: string | undefined; clientId?: string | undefined };

/** Named here, because the ledger counts by it. */
export const CITIZEN_ERASED = 'citizen.erased';

export type AuditEvents = ReturnType<typeof createAuditEvents>;

export function createAuditEvents(record: RecordAuditEvent) {
  const define =
    <Details extends AuditEvent['details']>(name: string, urgency?: 'follows') =>
    ({ citizenId, clientId, ...details }: About & Details): Promise<void> =>
      record({ name, citizenId, clientId, details }, urgency);

  return {
    /** A citizen proved who they are and a browser session began. */
    citizenSignedIn: define<{ acr: string; sharedComputer: boolean; network: string }>('citizen.signed-in'),
    /** Somebody tried to sign in and was refused; the reason is ours alone, the page never tells it. */
    signInRefused: define<{ reason: string; network: string }>('citizen.sign-in-refused'),
    /** Somebody proved an identity and has an account from now on; `again` when it was there before, closed or never finished. */
    citizenEnrolled: define<{ identityLevel: string; again: boolean }>('citizen.enrolled'),
    /** A step of an enrolment or a recovery was refused; `journey` says which of the two, the reason is a word of ours. */
    proofingRefused: define<{ journey: string; step: string; reason: string; network: string }>('proofing.refused'),
    /** Everything that an enrolment must prove was proven, and an account was there already. */
    enrolmentMetAccount: define<{ ownNumber: boolean }>('enrolment.met-account'),
    /** A recovery got as far as the waiting period, and the registered number was told. */
    recoveryWaits: define<{ kind: string; network: string }>('recovery.waits'),
    /** A recovery set a credential; `kind` says which way was taken. */
    recoveryCompleted: define<{ kind: string; network: string }>('recovery.completed'),
    /** A recovery was stopped from the registered number. */
    recoveryStopped: define<{ kind: string; network: string }>('recovery.stopped'),
    /** A citizen allowed a relying party to receive these claims; `scopes` and `claims` are names, parted by spaces. */
    consentGiven: define<{ scopes: string; claims: string }>('consent.given'),
    /** A citizen did not allow it and went back. */
    consentRefused: define('consent.refused'),
    /** A citizen withdrew what they had allowed; the grants under it are dead. */
    consentWithdrawn: define<{ grantsEnded: number }>('consent.withdrawn'),
    /** An authorization code was issued: a relying party will learn who this is. */
    authorizationGranted: define<{ scopes: string; acr: string }>('authorization.granted', 'follows'),
    /** An authorization request was answered with an error; `reason` is the protocol's error code. */
    authorizationRefused: define<{ reason: string; reference: string }>('authorization.refused', 'follows'),
    /** Tokens were issued at the token endpoint; `grant` is the grant type. */
    tokensIssued: define<{ grant: string; scopes: string }>('tokens.issued', 'follows'),
    /** The token endpoint refused; `reason` is the protocol's error code. */
    tokensRefused: define<{ reason: string; reference: string }>('tokens.refused', 'follows'),
    /**
     * Claims left, by userinfo, an ID token or introspection (`by`); their names, parted by spaces. `basis` is what allows
     * it, within this version of the agreement.
     */
    claimsReleased: define<{ claims: string; by: string; basis: string; agreement: number | undefined }>(
      'claims.released',
      'follows',
    ),
    /** A source (`clientId`) said something of a citizen, who had asked for it; `claims` are names, parted by spaces. */
    claimsAttached: define<{ claims: string }>('claims.attached'),
    /** A source was asked again, `by` the citizen or because of a release, and what it says now took the place of the rest. */
    claimsRenewed: define<{ claims: string; by: string }>('claims.renewed'),
    /** A source was asked and nothing of its answer was taken; `reason` says why, `by` what for. */
    claimsNotAttached: define<{ outcome: string; reason: string; by: string }>('claims.not-attached'),
    /** What a source had said is no longer kept, because the citizen or the source itself took it away. */
    claimsDetached: define<{ by: string }>('claims.detached'),
    /** A grant was ended with everything under it. */
    grantRevoked: define('grant.revoked'),
    /** A browser session ended; `by` is `citizen`, `relying-party` or `operator`. */
    sessionEnded: define<{ by: string; relyingPartiesToTell: number }>('session.ended'),
    /** A relying party could not be told of a sign-out within a day. */
    logoutUndeliverable: define<{ reason: string }>('logout.undeliverable'),
    /** What `entries` earlier events said of a citizen was erased; that they happened stays. It names nobody. */
    citizenErased: define<{ entries: number }>(CITIZEN_ERASED),
    /** A way to sign in was added, changed or removed; `factorId` is the row's. */
    factorChanged: define<{ factor: string; act: string; factorId: string | undefined }>('factor.changed'),
    /** Tries at a second factor were slowed down: whoever makes them knows the password. */
    secondFactorSlowedDown: define<{ network: string; knownDevice: boolean }>('second-factor.slowed-down'),
    /** A passkey was not accepted, when adding it or signing in; `counter-went-back` may mean a copied key. */
    passkeyRefused: define<{ reason: string }>('passkey.refused'),
    /** A recovery code was used up; so many are left. */
    recoveryCodeUsed: define<{ left: number }>('recovery-code.used'),
    /** A browser was remembered for this citizen. */
    deviceRemembered: define<{ deviceId: string }>('device.remembered'),
    /** Remembered browsers were forgotten, so many. */
    devicesForgotten: define<{ devices: number }>('device.forgotten'),
    /** A budget for text messages is nearly or wholly spent; `purse` says which. */
    smsBudgetSpent: define<{ purse: string; budget: string }>('sms.budget-spent'),
    /** A text message that was owed could not be sent within a day; `messageId` is the row's. */
    textMessageUndeliverable: define<{ messageId: string; kind: string; reason: string }>('sms.undeliverable'),
    /** A dead logout letter or text message was owed again; `letterId` is the row's. */
    letterRevived: define<{ kind: string; letterId: string; by: string }>('letter.revived'),
    /** An account was closed; `reason` is a word of ours. */
    accountClosed: define<{ reason: string }>('account.closed'),
    /** A citizen asked for everything that there is of them, as files. */
    dataAskedFor: define('data.asked-for'),
    /** Somebody signed in as the citizen downloaded one of these files. */
    dataDownloaded: define<{ file: string }>('data.downloaded'),
    /** A citizen asked for the end of their account; it comes after the waiting period. */
    accountClosingAsked: define('account.closing-asked'),
    /** A citizen keeps the account whose end was asked for. */
    accountClosingStopped: define('account.closing-stopped'),
    /** What need not be kept of a closed account was erased. */
    accountErased: define('account.erased'),
    /** A citizen said of something in their activity that it was not them; they were signed out everywhere. */
    incidentReported: define<{ incidentId: string; eventId: number }>('incident.reported'),
    /** Somebody of security took an incident, let go of it or closed it; `step` says which. It names no citizen. */
    incidentWorked: define<{ incidentId: string; by: string; step: string }>('incident.worked'),
    /** What a citizen reported was looked into; for the citizen, so it does not say by whom. */
    incidentClosed: define<{ incidentId: string }>('incident.closed'),
    /** A relying party was registered, changed, let through, suspended or resumed; `act` says which, `by` whom. */
    relyingPartyChanged: define<{ by: string; act: string }>('relying-party.changed'),
    /** A client secret was issued or ended; `secretId` is the row's. */
    clientSecretChanged: define<{ by: string; act: string; secretId: string }>('client-secret.changed'),
    /** A relying party was connected as a source of claims, changed, or suspended as one, and then why; `act` says how it stands now. */
    claimsSourceChanged: define<{ by: string; act: string; why?: string | undefined }>('claims-source.changed'),
    /** An agreement was proposed, approved, refused or ended. */
    agreementChanged: define<{ by: string; act: string; version: number }>('agreement.changed'),
    /** An agreement ends in so many days, or has ended: 0. */
    agreementEndNoticed: define<{ version: number; days: number }>('agreement.end-noticed'),
    /** A run of acceptance was asked for; `occasion` says by whom or why. */
    acceptanceAsked: define<{ by: string; runId: string; occasion: string }>('acceptance.asked'),
    /** A run of acceptance ended green, red or broken; `why` says what broke. */
    acceptanceEnded: define<{ runId: string; outcome: string; why: string | undefined }>('acceptance.ended'),
    /** A relying party that is live is no longer accepted, is again, or has not mended it within the grace; `act` says which. */
    acceptanceLapsed: define<{ runId: string; act: string }>('acceptance.lapsed'),
    /** A key of a relying party expires, has expired, has not changed for a year, or cannot be fetched. */
    relyingPartyKeyNoticed: define<{ thumbprint: string; notice: string }>('relying-party.key-noticed'),
    /** An organisation was entered or changed; `act` says how, `by` whom. */
    organisationChanged: define<{ organisationId: string; by: string; act: string }>('organisation.changed'),
    /** An organisation came from one stage of being connected to another. */
    organisationMoved: define<{ organisationId: string; by: string; from: string; to: string }>('organisation.moved'),
    /** A domain was claimed, proven, given up, no longer found proven, or lost; `act` says which. */
    organisationDomainChanged: define<{ organisationId: string; domain: string; by: string; act: string }>(
      'organisation.domain-changed',
    ),
    /** A citizen was given a role or lost it; `act` says which, `by` whom. */
    operatorChanged: define<{ role: string; organisationId?: string; by: string; act: string }>('operator.changed'),
    /** Somebody signed in to the console; whether they have a role there shows at each request. */
    consoleEntered: define('console.entered'),
    /** A session of the console ended; `by` is `operator`, or `provider` for a back-channel logout. */
    consoleLeft: define<{ by: string }>('console.left'),
    /** Somebody signed in to the console asked for what their roles do not allow. */
    operatorRefused: define<{ by: string; route: string }>('operator.refused'),
    /** An act was asked for, approved or refused by a second person; `step` says which. */
    approvalChanged: define<{ approvalId: string; act: string; subject: string; by: string; step: string }>(
      'approval.changed',
    ),
    /** A service with a good token was refused by the API; `reason` is a word of ours, `about` what it asked for. */
    apiCallRefused: define<{ reason: string; scope?: string; about?: string | undefined }>('api.call-refused'),
    /** A signing key changed its state; `act` says how, `kids` which, parted by spaces. */
    signingKeysChanged: define<{ act: string; by: string; epoch: number; kids: string }>('signing-keys.changed'),
    /** A data key was made, everything was sealed anew under it, or older ones were forgotten; `keys` are their ids. */
    dataKeyChanged: define<{ purpose: string; act: string; by: string; keys: string; values: number }>(
      'data-key.changed',
    ),
  };
}
