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
  state: 'active' | 'suspended';
  agreement: Agreement;
  /** Sealed; only `metadataFor` opens it. */
  sealedClientSecret: string | undefined;
  /** Milliseconds since 1970. */
  changedAt: number;
};

export type Environment = 'test' | 'production';
export type SecurityProfile = 'default' | 'fapi2';

/** What an organisation may ask for, and why. Nothing outside it is ever released. */
export type Agreement = {
  claims: readonly AgreedClaim[];
  scopes: readonly string[];
};

export type AgreedClaim = {
  /** The name of the claim, such as `given_name` (OpenID Connect Core 1.0 section 5.1). */
  claim: string;
  purpose: BothLanguages;
  /** Without a required claim the relying party cannot serve the citizen at all. */
  required: boolean;
  /** How long the relying party keeps the value. */
  retentionDays?: number | undefined;
};

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
