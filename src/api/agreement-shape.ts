import { z } from 'zod';
import { LEGAL_BASES } from '#relying-parties/agreed-demands.ts';
import type { AgreementVersion } from '#relying-parties/agreements-store.ts';
import { bothLanguages, givenInstant, instant, instantIn, instantOf } from './common-shapes.ts';

const claim = z.strictObject({
  claim: z.string().max(100),
  purpose: bothLanguages,
  required: z.boolean(),
  legalBasis: z.enum(LEGAL_BASES),
  retentionDays: z.int().min(0),
});

const terms = z.strictObject({
  claims: z.array(claim).max(100),
  scopes: z.array(z.string().max(100)).max(50),
  leastAcr: z.string().max(200).optional(),
  leastIdentity: z.string().max(200).optional(),
  mayAskForEvidence: z.boolean().optional(),
});

/** What is proposed. Which claims, scopes and levels there are is the registry's to say. */
export const givenTerms = terms.extend({ from: givenInstant.optional(), until: givenInstant.optional() });

export const agreementShape = z.strictObject({
  version: z.int(),
  state: z.string(),
  proposedAt: instant,
  decidedAt: instant.optional(),
  why: z.string(),
  /** Those from before agreements had versions name no legal basis. */
  terms: terms.extend({
    claims: z.array(claim.partial({ legalBasis: true, retentionDays: true })),
    from: instant,
    until: instant.optional(),
  }),
});

export function agreementBody({ version, state, proposedAt, decidedAt, why, terms }: AgreementVersion) {
  const { claims, scopes, leastAcr, leastIdentity, mayAskForEvidence, from, until } = terms;
  return {
    version,
    state,
    proposedAt: instantOf(proposedAt),
    ...instantIn('decidedAt', decidedAt),
    why,
    terms: {
      claims,
      scopes,
      ...(leastAcr !== undefined && { leastAcr }),
      ...(leastIdentity !== undefined && { leastIdentity }),
      ...(mayAskForEvidence !== undefined && { mayAskForEvidence }),
      from: instantOf(from),
      ...instantIn('until', until),
    },
  };
}
