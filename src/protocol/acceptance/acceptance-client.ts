import type { ClientMetadata } from 'oidc-provider';
import { DEVICE_CODE } from '#relying-parties/client-metadata.ts';
import type { Consent } from '#relying-parties/consents-store.ts';
import type { LibraryMetadata } from '#relying-parties/library-metadata.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { CLAIMS, SCOPES } from '../claims.ts';

/**
 * The relying party as its acceptance issuer sees it: as it is registered, but that it may ask for everything, because the
 * citizens are invented and its agreement may not be there yet. What it demands of a sign-in stays.
 */
export function asToldEverything(relyingParty: RelyingParty): RelyingParty {
  const { agreement } = relyingParty;
  return {
    ...relyingParty,
    agreement: {
      ...agreement,
      claims: Object.keys(CLAIMS).map((claim) => ({ claim, purpose: NOBODY_IS_ASKED, required: false })),
      scopes: [...new Set([...SCOPES, ...agreement.scopes])],
      mayAskForEvidence: true,
    },
    // Invented people have nothing to agree on.
    agreementStanding: { state: 'in-force', version: 0, from: 0 },
  };
}

const NOBODY_IS_ASKED = { fa: 'برای آزمون', en: 'for the acceptance' };

/** The sign-in alone is tried: a device has no browser that would be redirected. */
export function acceptanceMetadata(metadata: LibraryMetadata, { securityProfile }: RelyingParty): ClientMetadata {
  return {
    // Where nothing is said, the library takes RS256, which not every acceptance ring has.
    introspection_signed_response_alg: DEFAULT_ALGORITHM,
    ...metadata,
    grant_types: metadata.grant_types.filter((grant) => grant !== DEVICE_CODE),
    scope: SCOPES.join(' '),
    security_profile: securityProfile,
  } as ClientMetadata;
}

/** What a synthetic citizen agrees to: everything, of resource servers too. */
export function consentToEverything({ agreement }: RelyingParty, resources: readonly string[]): Consent {
  return {
    scopes: SCOPES,
    claims: Object.keys(CLAIMS),
    refusedClaims: [],
    resources: Object.fromEntries(resources.map((resource) => [resource, agreement.scopes])),
  };
}

/** Each algorithm that something of this client is signed by; the first is that of its ID tokens. */
export function algorithmsOf({ metadata }: RelyingParty): string[] {
  const { id_token_signed_response_alg, userinfo_signed_response_alg, introspection_signed_response_alg } = metadata;
  const named = [id_token_signed_response_alg, userinfo_signed_response_alg, introspection_signed_response_alg];
  return [...new Set([...named, DEFAULT_ALGORITHM])].filter((alg) => alg !== undefined);
}

export const DEFAULT_ALGORITHM = 'ES256';
