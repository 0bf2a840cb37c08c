import type { LEGAL_BASES } from './agreed-demands.ts';
import type { ClientMetadata } from './client-metadata.ts';

/** A text that is shown to citizens, in both languages. */
export type BothLanguages = { fa: string; en: string };

/** An application of an organisation that accepts our sign-in. */
export type RelyingParty = {
  clientId: string;
  organisationId: string;
  name: BothLanguages;
  /** In the names of OpenID Connect Dynamic Client Registration 1.0 section 2. */
  metadata: ClientMetadata;
  environment: Environment;
  securityProfile: SecurityProfile;
  /** An entry in production that nobody has let through yet is `not-live`; like a suspended one it does not exist for the library. */
  state: 'active' | 'suspended' | 'not-live';
  /** What holds now: `openid` and no claim where no agreement is in force. */
  agreement: Agreement;
  /** Where that agreement comes from; absent where there never was one. */
  agreementStanding?: AgreementStanding | undefined;
  /** Neither opens anything without our keys. Those that have ended or expired are not among them. */
  secrets: readonly StoredSecret[];
  /** Counts up with every change, from 1. */
  revision: number;
  /** For an entry in production: the test entry whose acceptance speaks for it. */
  testedAs?: string | undefined;
  /** Milliseconds since 1970. */
  changedAt: number;
};

/** A client secret as it rests: hashed where it is presented as it is, sealed where it signs (RFC 7523). */
export type StoredSecret = {
  id: string;
  kept: { hash: string } | { sealed: string };
  /** Milliseconds since 1970; without an end when absent. */
  expiresAt?: number | undefined;
};

/** Milliseconds since 1970. */
export type AgreementStanding = {
  state: 'in-force' | 'not-yet' | 'expired';
  version: number;
  from: number;
  until?: number | undefined;
};

export type Environment = 'test' | 'production';
export type SecurityProfile = 'default' | 'fapi2';

/** What an organisation may ask for, and why. Nothing outside it is ever released. */
export type Agreement = {
  claims: readonly AgreedClaim[];
  scopes: readonly string[];
  /** The weakest sign-in that is good enough, as an `acr` value; any without it. */
  leastAcr?: string | undefined;
  /** How well the identity has to be verified, in the words of the citizens' room; any way without it. */
  leastIdentity?: string | undefined;
  /** Whether it may learn how the claims were verified (OpenID Connect for Identity Assurance 1.0). */
  mayAskForEvidence?: boolean | undefined;
};

export type AgreedClaim = {
  /** The name of the claim, such as `given_name` (OpenID Connect Core 1.0 section 5.1). */
  claim: string;
  purpose: BothLanguages;
  /** Without a required claim the relying party cannot serve the citizen at all. */
  required: boolean;
  /** What allows the relying party to ask. */
  legalBasis?: LegalBasis | undefined;
  /** How long the relying party keeps the value. */
  retentionDays?: number | undefined;
};

type LegalBasis = (typeof LEGAL_BASES)[number];

/** What an operator or a program hands in. */
export type RelyingPartyDraft = {
  clientId: string;
  organisationId: string;
  name: BothLanguages;
  /** Untrusted: read by `readClientMetadata`. */
  metadata: unknown;
  environment: RelyingParty['environment'];
  securityProfile: RelyingParty['securityProfile'];
  state: RelyingParty['state'];
  agreement: Agreement;
  /** In clear, at least 32 characters. Undefined keeps the secret that is already there. */
  clientSecret?: string | undefined;
};
