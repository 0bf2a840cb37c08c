import { z } from 'zod';
import type { NationalCode } from '#citizens/national-code.ts';
import type { Clock } from '#platform/clock.ts';
import type { OutsideService } from '#platform/outside-service.ts';
import { hasBidiControls } from '#platform/persian-text.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import { canonicalJson, type Evidence } from './evidence.ts';

/** ثبت احوال: does this national code belong to somebody born on that day, and what are they called. docs/openapi/civil-registry.yaml */
export type CivilRegistry = {
  findPerson(asked: { nationalCode: NationalCode; birthDate: string }): Promise<RegistryAnswer>;
};

export type RegistryPerson = {
  givenName: string;
  familyName: string;
  givenNameLatin?: string;
  familyNameLatin?: string;
};

type RegistryAnswer =
  | { outcome: 'matched'; person: RegistryPerson; evidence: Evidence }
  | { outcome: 'no-match'; evidence: Evidence }
  | { outcome: 'deceased'; evidence: Evidence }
  | { outcome: 'unavailable' };

/** Longer than any name in the registry; what is longer was not meant as one. */
const name = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !hasBidiControls(text), 'a name must not turn the text around it');
const transactionId = z.string().max(100);
const answerShape = z.discriminatedUnion('result', [
  z.object({
    result: z.literal('matched'),
    transactionId,
    person: z.object({
      givenName: name,
      familyName: name,
      givenNameLatin: name.optional(),
      familyNameLatin: name.optional(),
    }),
  }),
  z.object({ result: z.literal('no-match'), transactionId }),
  z.object({ result: z.literal('deceased'), transactionId }),
]);

type Needs = { service: Pick<OutsideService, 'call'>; digest: KeyedHash; clock: Clock };

/** An answer that does not follow the specification counts as none: nobody is let in, or refused, by a misunderstanding. */
export function createCivilRegistry({ service, digest, clock }: Needs): CivilRegistry {
  return {
    async findPerson(asked) {
      const answer = await service.call({ method: 'POST', path: '/v1/person-matches', body: asked, mayRepeat: true });
      if (answer.outcome === 'unavailable' || answer.status !== 200) return { outcome: 'unavailable' };
      const read = answerShape.safeParse(answer.body);
      if (!read.success) return { outcome: 'unavailable' };
      const evidence: Evidence = {
        source: 'civil-registry',
        method: 'national-code-and-birth-date',
        at: clock.now(),
        transaction: read.data.transactionId,
        result: read.data.result,
        digest: digest(`evidence:civil-registry:${canonicalJson({ asked, answer: answer.body })}`),
      };
      if (read.data.result !== 'matched') return { outcome: read.data.result, evidence };
      const { givenName, familyName, givenNameLatin, familyNameLatin } = read.data.person;
      const person = {
        givenName,
        familyName,
        ...(givenNameLatin !== undefined && { givenNameLatin }),
        ...(familyNameLatin !== undefined && { familyNameLatin }),
      };
      return { outcome: 'matched', person, evidence };
    },
  };
}
