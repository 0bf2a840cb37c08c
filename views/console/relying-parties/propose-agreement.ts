import { button, checkbox, errorSummary, type FormError, form } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { nameOfClaim } from './agreement-claims.ts';
import { lineField, selectField } from './fields.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage } from './page.ts';

/** One claim as it was typed. The names of its fields begin with the claim's name. */
type TypedClaimShown = {
  claim: string;
  need: 'no' | 'required' | 'optional';
  purposeFa: string;
  purposeEn: string;
  legalBasis: string;
  retentionDays: string;
};

type TypedTermsShown = {
  claims: readonly TypedClaimShown[];
  scopes: string;
  leastAcr: string;
  leastIdentity: string;
  mayAskForEvidence: boolean;
  /** As in 2026-01-31. */
  from: string;
  until: string;
};

type ProposeAgreementProps = RelyingPartyFrame & { typed: TypedTermsShown; errors: readonly FormError[] };

export function proposeAgreement(text: Text, props: ProposeAgreementProps): Html {
  const words = text.agreements;
  const { relyingParty, operator, typed, errors } = props;
  const { acrs, anyAcr } = text.registrationForm;
  const choices = (named: Readonly<Record<string, string | undefined>>, none: string) => [
    { value: '', label: none },
    ...Object.entries(named).map(([value, label = value]) => ({ value, label })),
  ];
  const error = (name: string) => errors.find(({ field }) => field === name)?.message;
  return relyingPartyPage(
    text,
    { ...props, tab: 'agreement', heading: words.proposeHeading, hasErrors: errors.length > 0 },
    html`${errorSummary(text, errors)}<p>${words.proposeWhat}</p>
${form({
  action: `${partOf(relyingParty.clientId, 'agreement')}/propose`,
  csrf: operator.csrf,
  content: html`${typed.claims.map((claim) => claimFields(text, props, claim))}
<section class="form-part"><h2>${words.otherTerms}</h2>
${lineField(text, { name: 'scopes', label: words.scopes, hint: words.scopesHint, value: typed.scopes, dir: 'ltr', error: error('scopes') })}
${selectField(text, { name: 'least_acr', label: words.leastAcr, value: typed.leastAcr, choices: choices(acrs, anyAcr), error: error('least_acr') })}
${selectField(text, { name: 'least_identity', label: words.leastIdentity, value: typed.leastIdentity, choices: choices(words.identities, words.anyIdentity), error: error('least_identity') })}
<div class="field">${checkbox({ id: 'evidence', name: 'evidence', value: 'yes', label: words.evidence, hint: words.evidenceHint, isChecked: typed.mayAskForEvidence })}</div>
${lineField(text, { name: 'from', type: 'date', label: words.from, hint: words.fromHint, value: typed.from, dir: 'ltr', error: error('from') })}
${lineField(text, { name: 'until', type: 'date', label: words.until, hint: words.untilHint, value: typed.until, dir: 'ltr', error: error('until') })}</section>
<div class="actions">${button({ label: words.send })}</div>`,
})}`,
  );
}

/** Closed where nothing is asked for, so that what is asked for can be seen at a glance. */
function claimFields(text: Text, { errors }: ProposeAgreementProps, typed: TypedClaimShown): Html {
  const words = text.agreements;
  const { claim, need } = typed;
  const about = (part: string) => {
    const name = `${claim}.${part}`;
    return { name, error: errors.find(({ field }) => field === name)?.message };
  };
  const purposes: Readonly<Record<string, string | undefined>> = text.claimPurposes;
  const isOpen = need !== 'no' || errors.some(({ field }) => field?.startsWith(`${claim}.`));
  const summary = html`<summary>${nameOfClaim(text, claim)} <span class="tag">${words.needs[need]}</span></summary>`;
  const content = html`${summary}
${purposes[claim] !== undefined && html`<p class="hint">${words.mayBeAskedFor(purposes[claim])}</p>`}
${selectField(text, { ...about('need'), label: words.need, value: need, choices: (['no', 'required', 'optional'] as const).map((value) => ({ value, label: words.needs[value] })) })}
${lineField(text, { ...about('purpose_fa'), label: words.purposeFa, value: typed.purposeFa, dir: 'rtl' })}
${lineField(text, { ...about('purpose_en'), label: words.purposeEn, value: typed.purposeEn, dir: 'ltr' })}
${selectField(text, { ...about('legal_basis'), label: words.legalBasis, value: typed.legalBasis, choices: [{ value: '', label: text.relyingParties.nothing }, ...Object.entries(words.legalBases).map(([value, label]) => ({ value, label }))] })}
${lineField(text, { ...about('retention_days'), label: words.retentionDays, value: typed.retentionDays, dir: 'ltr' })}`;
  return isOpen
    ? html`<details class="claim-terms" open>${content}</details>`
    : html`<details class="claim-terms">${content}</details>`;
}
