import { z } from 'zod';
import type { MobileNumber } from '#citizens/mobile-number.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import type { Clock } from '#platform/clock.ts';
import type { OutsideService } from '#platform/outside-service.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import { canonicalJson, type Evidence } from './evidence.ts';

/** شاهکار: is this mobile number registered to this national code. It proves ownership, not use. docs/openapi/mobile-ownership.yaml */
export type MobileOwnership = {
  isOwner(asked: { nationalCode: NationalCode; phone: MobileNumber }): Promise<OwnershipAnswer>;
};

/** 'somebody-else' also where the number is nobody's: the service makes no difference, and neither do we. */
type OwnershipAnswer =
  | { outcome: 'owner'; evidence: Evidence }
  | { outcome: 'somebody-else'; evidence: Evidence }
  | { outcome: 'unavailable' };

const answerShape = z.object({ result: z.enum(['owner', 'somebody-else']), transactionId: z.string().max(100) });

type Needs = { service: Pick<OutsideService, 'call'>; digest: KeyedHash; clock: Clock };

export function createMobileOwnership({ service, digest, clock }: Needs): MobileOwnership {
  return {
    async isOwner({ nationalCode, phone }) {
      const asked = { nationalCode, mobileNumber: phone };
      const answer = await service.call({ method: 'POST', path: '/v1/ownership-checks', body: asked, mayRepeat: true });
      if (answer.outcome === 'unavailable' || answer.status !== 200) return { outcome: 'unavailable' };
      const read = answerShape.safeParse(answer.body);
      if (!read.success) return { outcome: 'unavailable' };
      const evidence: Evidence = {
        source: 'mobile-ownership',
        method: 'national-code-and-mobile-number',
        at: clock.now(),
        transaction: read.data.transactionId,
        result: read.data.result,
        digest: digest(`evidence:mobile-ownership:${canonicalJson({ asked, answer: answer.body })}`),
      };
      return { outcome: read.data.result, evidence };
    },
  };
}
