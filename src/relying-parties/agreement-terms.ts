import { z } from 'zod';
import { AGREEABLE_ACR, AGREEABLE_CLAIMS, AGREEABLE_IDENTITY, LEGAL_BASES } from './agreed-demands.ts';
import { IDENTITY_SCOPES } from './agreed-scopes.ts';
import type { MetadataFault } from './client-metadata.ts';
import { isShowable } from './registration.ts';
import type { Agreement } from './relying-party.ts';

/** Terms as they are proposed: what an organisation may ask for, why, and from when until when. Milliseconds since 1970. */
export type AgreementTerms = Agreement & { from: number; until?: number | undefined };

/** A purpose is read by citizens on a phone. */
const shown = z.string().refine(isShowable, 'not-showable');
const MOST_RETENTION_DAYS = 36_500;

const shape = z.strictObject({
  claims: z
    .array(
      z.strictObject({
        claim: z.enum(AGREEABLE_CLAIMS, 'not-a-claim'),
        purpose: z.strictObject({ fa: shown, en: shown }),
        required: z.boolean(),
        legalBasis: z.enum(LEGAL_BASES),
        retentionDays: z.int().min(0).max(MOST_RETENTION_DAYS),
      }),
    )
    .max(AGREEABLE_CLAIMS.length),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'not-a-scope')).max(50),
  leastAcr: z
    .string()
    .refine((acr) => AGREEABLE_ACR.includes(acr), 'not-a-level')
    .optional(),
  leastIdentity: z
    .string()
    .refine((level) => AGREEABLE_IDENTITY.includes(level), 'not-a-level')
    .optional(),
  mayAskForEvidence: z.boolean().optional(),
  from: z.int().optional(),
  until: z.int().optional(),
});

type Around = {
  /** Milliseconds since 1970. */
  now: number;
  /** Scopes that the resource servers have. */
  resourceScopes: ReadonlySet<string>;
};

/** Reads what a person or a program typed. The faults name the member and the rule that it breaks. */
export function readAgreementTerms(
  typed: unknown,
  { now, resourceScopes }: Around,
): { outcome: 'read'; terms: AgreementTerms } | { outcome: 'refused'; faults: readonly MetadataFault[] } {
  const parsed = shape.safeParse(typed);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), reason: message }));
    return { outcome: 'refused', faults };
  }
  const { from = now, until, ...agreement } = parsed.data;
  const scopes = [...new Set(['openid', ...agreement.scopes])];
  const names = agreement.claims.map(({ claim }) => claim);
  const unknown = scopes.filter((scope) => !IDENTITY_SCOPES.includes(scope) && !resourceScopes.has(scope));
  const faults = [
    ...(new Set(names).size < names.length ? [{ path: 'claims', reason: 'claim-twice' }] : []),
    ...unknown.map((scope) => ({ path: 'scopes', reason: `unknown-scope ${scope}` })),
    ...(until !== undefined && until <= Math.max(from, now)
      ? [{ path: 'until', reason: 'ends-before-it-begins' }]
      : []),
  ];
  return faults.length > 0
    ? { outcome: 'refused', faults }
    : { outcome: 'read', terms: { ...agreement, scopes, from, ...(until !== undefined && { until }) } };
}
