import type { MobileNumber } from '#citizens/mobile-number.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import type { CivilRegistry, RegistryPerson } from './civil-registry.ts';
import type { Evidence } from './evidence.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { MobileOwnership } from './mobile-ownership.ts';

/** The questions to outside services, whose answers are kept before anything follows from them. */
export type Verifications = {
  identity(
    journeyId: string,
    asked: { nationalCode: NationalCode; birthDate: string },
  ): Promise<{ outcome: 'matched'; person: RegistryPerson } | { outcome: 'no-match' | 'deceased' | 'unavailable' }>;
  ownership(
    journeyId: string,
    asked: { nationalCode: NationalCode; phone: MobileNumber },
  ): Promise<'owner' | 'somebody-else' | 'unavailable'>;
};

type Needs = { registry: CivilRegistry; ownership: MobileOwnership; evidence: Pick<EvidenceStore, 'keep'> };

export function createVerifications({ registry, ownership, evidence }: Needs): Verifications {
  const keep = (journeyId: string, kept: Evidence) => evidence.keep({ ...kept, journeyId });
  return {
    async identity(journeyId, asked) {
      const answer = await registry.findPerson(asked);
      if (answer.outcome === 'unavailable') return answer;
      await keep(journeyId, answer.evidence);
      return answer.outcome === 'matched' ? { outcome: 'matched', person: answer.person } : { outcome: answer.outcome };
    },
    async ownership(journeyId, asked) {
      const answer = await ownership.isOwner(asked);
      if (answer.outcome !== 'unavailable') await keep(journeyId, answer.evidence);
      return answer.outcome;
    },
  };
}
