import type { ClientMetadata } from './client-metadata.ts';
import type { RelyingParty } from './relying-party.ts';

/** A relying party as one revision has it: everything that was registered, and no secret. */
export type RegisteredPicture = Pick<
  RelyingParty,
  'name' | 'metadata' | 'environment' | 'securityProfile' | 'state' | 'testedAs'
>;

/** Named member by member, so that nothing new ever gets into a revision by itself. */
export function pictureOf({
  name,
  metadata,
  environment,
  securityProfile,
  state,
  testedAs,
}: RegisteredPicture & { metadata: ClientMetadata }): RegisteredPicture {
  return {
    name,
    metadata,
    environment,
    securityProfile,
    state,
    ...(testedAs !== undefined && { testedAs }),
  };
}
