import type { Form } from '#platform/http/form.ts';
import { AGREEABLE_CLAIMS } from '#relying-parties/agreed-demands.ts';
import type { AgreementTerms } from '#relying-parties/agreement-terms.ts';
import type { MetadataFault } from '#relying-parties/client-metadata.ts';

/** One claim of a proposal as it was typed; the names of its fields begin with the claim's name. */
type TypedClaim = {
  claim: string;
  need: 'no' | 'required' | 'optional';
  purposeFa: string;
  purposeEn: string;
  legalBasis: string;
  retentionDays: string;
};

export type TypedTerms = {
  claims: TypedClaim[];
  scopes: string;
  leastAcr: string;
  leastIdentity: string;
  mayAskForEvidence: boolean;
  /** Days in Tehran, as in 2026-01-31; the first and the last. */
  from: string;
  until: string;
};

export function readTypedTerms(form: Pick<Form, 'text'>): TypedTerms {
  return {
    claims: AGREEABLE_CLAIMS.map((claim) => ({
      claim,
      need: needOf(form.text(`${claim}.need`)),
      purposeFa: form.text(`${claim}.purpose_fa`),
      purposeEn: form.text(`${claim}.purpose_en`),
      legalBasis: form.text(`${claim}.legal_basis`),
      retentionDays: form.text(`${claim}.retention_days`),
    })),
    scopes: form.text('scopes'),
    leastAcr: form.text('least_acr'),
    leastIdentity: form.text('least_identity'),
    mayAskForEvidence: form.text('evidence') === 'yes',
    from: form.text('from'),
    until: form.text('until'),
  };
}

/** To begin with: what was agreed or proposed last, without its dates, or nothing. */
export function typedTermsFrom(terms: Partial<AgreementTerms> = {}): TypedTerms {
  const { claims = [], scopes = ['openid'], leastAcr = '', leastIdentity = '', mayAskForEvidence = false } = terms;
  return {
    claims: AGREEABLE_CLAIMS.map((claim) => {
      const agreed = claims.find((each) => each.claim === claim);
      return {
        claim,
        need: needFrom(agreed),
        purposeFa: agreed?.purpose.fa ?? '',
        purposeEn: agreed?.purpose.en ?? '',
        legalBasis: agreed?.legalBasis ?? '',
        retentionDays: agreed?.retentionDays === undefined ? '' : String(agreed.retentionDays),
      };
    }),
    scopes: scopes.join(' '),
    leastAcr,
    leastIdentity,
    mayAskForEvidence,
    from: '',
    until: '',
  };
}

/** What the rules of agreements read; the faults are those of the form alone, at the names of its fields. */
export function termsFrom(typed: TypedTerms): {
  terms: Record<string, unknown>;
  asked: string[];
  faults: MetadataFault[];
} {
  const asked = typed.claims.filter(({ need }) => need !== 'no');
  const faults: MetadataFault[] = [];
  const claims = asked.map(({ claim, need, purposeFa, purposeEn, legalBasis, retentionDays }) => {
    if (!/^\d{1,5}$/.test(retentionDays.trim())) faults.push({ path: `${claim}.retention_days`, reason: 'not-days' });
    if (legalBasis === '') faults.push({ path: `${claim}.legal_basis`, reason: 'no-basis' });
    return {
      claim,
      required: need === 'required',
      purpose: { fa: purposeFa.trim(), en: purposeEn.trim() },
      legalBasis,
      retentionDays: Number(retentionDays),
    };
  });
  const from = dayOf(typed.from);
  const until = dayOf(typed.until);
  if (from === 'not-a-date') faults.push({ path: 'from', reason: from });
  if (until === 'not-a-date') faults.push({ path: 'until', reason: until });
  const terms = {
    claims,
    scopes: typed.scopes.split(/\s+/).filter((scope) => scope !== ''),
    ...(typed.leastAcr !== '' && { leastAcr: typed.leastAcr }),
    ...(typed.leastIdentity !== '' && { leastIdentity: typed.leastIdentity }),
    ...(typed.mayAskForEvidence && { mayAskForEvidence: true }),
    ...(typeof from === 'number' && { from }),
    ...(typeof until === 'number' && { until }),
  };
  return { terms, asked: asked.map(({ claim }) => claim), faults };
}

/** Faults of the rules at the names of the form's fields: `claims.1.purpose.fa` is that of the second claim asked for. */
export function atFields(faults: readonly MetadataFault[], asked: readonly string[]): MetadataFault[] {
  return faults.map(({ path, reason }) => {
    const [member = '', index, part, language] = path.split('.');
    const [what = ''] = reason.split(' ');
    if (member === 'claims' && index !== undefined) {
      const claim = asked[Number(index)] ?? '';
      const fields: Readonly<Record<string, string>> = {
        purpose: `purpose_${language ?? 'fa'}`,
        legalBasis: 'legal_basis',
        retentionDays: 'retention_days',
      };
      return { path: `${claim}.${fields[part ?? ''] ?? 'need'}`, reason: what };
    }
    const names: Readonly<Record<string, string>> = { leastAcr: 'least_acr', leastIdentity: 'least_identity' };
    return { path: names[member] ?? member, reason: what };
  });
}

/** The beginning of that day in Tehran, which has kept one offset since 2022 (+03:30). */
function dayOf(typed: string): number | undefined | 'not-a-date' {
  const text = typed.trim();
  if (text === '') return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'not-a-date';
  const at = Date.parse(`${text}T00:00:00+03:30`);
  return Number.isNaN(at) ? 'not-a-date' : at;
}

function needFrom(agreed: { required: boolean } | undefined): TypedClaim['need'] {
  if (agreed === undefined) return 'no';
  return agreed.required ? 'required' : 'optional';
}

function needOf(typed: string): TypedClaim['need'] {
  return typed === 'required' || typed === 'optional' ? typed : 'no';
}
