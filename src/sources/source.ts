import type { BothLanguages } from '#relying-parties/relying-party.ts';
import type { SourceClaim } from './source-claims.ts';

/** What a source's JWTs may be signed with, each source with one of them. Nothing symmetric, and never none. */
export const SOURCE_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

/** An organisation that may be asked what it knows of a citizen, through one of its relying parties. */
export type Source = {
  clientId: string;
  organisationId: string;
  /** The organisation's. */
  name: BothLanguages;
  /** What its JWTs name as `iss`. */
  issuer: string;
  endpoint: string;
  claims: readonly SourceClaim[];
  alg: (typeof SOURCE_ALGORITHMS)[number];
  keys: { uri: string } | { set: { keys: Record<string, unknown>[] } };
};

/** What a program or an operator hands in. */
export type SourceDraft = {
  clientId: string;
  issuer: string;
  endpoint: string;
  claims: readonly string[];
  alg: string;
  jwksUri?: string | undefined;
  jwks?: { keys: Record<string, unknown>[] } | undefined;
  state: 'active' | 'suspended';
};
