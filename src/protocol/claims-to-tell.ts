import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Attachment } from '#sources/attachments.ts';
import { attachedClaimNames, isAttachedClaim } from './attached-claims.ts';

/**
 * Which claims there is something to say about, of this citizen to this relying party. What no source has said is not
 * asked about: a citizen who attached nothing would decide on nothing. Once they have, they are asked.
 */
export type FindTellable = (about: {
  citizenId: string;
  relyingParty: Pick<RelyingParty, 'organisationId' | 'agreement'>;
}) => Promise<(claim: string) => boolean>;

export function createFindTellable({
  knownAttached,
}: {
  knownAttached(about: { citizenId: string; organisationId: string }): Promise<readonly Attachment[]>;
}): FindTellable {
  return async ({ citizenId, relyingParty: { organisationId, agreement } }) => {
    // Most agreements name nothing of the kind, and nobody is looked up for them.
    if (!agreement.claims.some(({ claim }) => isAttachedClaim(claim))) return () => true;
    const names = attachedClaimNames(await knownAttached({ citizenId, organisationId }));
    return (claim) => !isAttachedClaim(claim) || names.has(claim);
  };
}
