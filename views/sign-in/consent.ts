import { type Asker, button, checkbox, definitionList, form, isolated, link, whoIsAsking } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

/** One thing the agreement with the organisation lets it ask for. */
export type ConsentClaim = {
  claim: string;
  purpose: InBothLanguages;
  retention?: InBothLanguages | undefined;
  required: boolean;
  /** An optional claim that was allowed before. Optional claims start unticked otherwise. */
  isChosen?: boolean;
  /** What the organisation would receive, as words. */
  value?: string | undefined;
};

export type ConsentProps = {
  frame: Frame;
  action: string;
  csrf: string;
  asker: Asker;
  claims: readonly ConsentClaim[];
  policyHref?: string | undefined;
};

export function consent(text: Text, { frame, action, csrf, asker, claims, policyHref }: ConsentProps): Html {
  const words = text.signIn.consent;
  const name = isolated(text, asker.name);
  const policy = link({ label: words.policy(name), href: policyHref });
  const main = html`<h1>${words.heading}</h1>
${whoIsAsking({ sentence: words.asks(name), more: policy })}
${form({
  action,
  csrf,
  content: html`${requiredClaims(text, { name, claims: claims.filter((each) => each.required) })}
${optionalClaims(
  text,
  claims.filter((each) => !each.required),
)}
<p class="quiet">${words.onRefusing(name)} ${words.remembered}</p>
<div class="actions actions-pair">${button({ label: words.allow, name: 'decision', value: 'allow' })}
${button({ label: words.refuse, name: 'decision', value: 'refuse', kind: 'secondary' })}</div>`,
})}`;
  return layout(text, { frame, heading: words.heading, main });
}

function requiredClaims(
  text: Text,
  { name, claims }: { name: Html; claims: readonly ConsentClaim[] },
): Html | undefined {
  if (claims.length === 0) return undefined;
  const words = text.signIn.consent;
  return html`<section aria-labelledby="required-claims">
<h2 id="required-claims">${words.required}</h2>
<p class="hint">${words.requiredHint(name)}</p>
<ul class="claims">${claims.map((claim) => html`<li><p class="claim-name">${label(text, claim.claim)}</p>${details(text, claim)}</li>`)}</ul>
</section>`;
}

function optionalClaims(text: Text, claims: readonly ConsentClaim[]): Html | undefined {
  if (claims.length === 0) return undefined;
  const words = text.signIn.consent;
  return html`<fieldset aria-describedby="optional-claims-hint">
<legend><h2>${words.optional}</h2></legend>
<p class="hint" id="optional-claims-hint">${words.optionalHint}</p>
<ul class="claims">${claims.map(
    (claim, index) =>
      html`<li>${checkbox({
        id: `claim-${index}`,
        name: 'claims',
        value: claim.claim,
        label: label(text, claim.claim),
        hint: details(text, claim),
        isChecked: claim.isChosen ?? false,
      })}</li>`,
  )}</ul>
</fieldset>`;
}

function details(text: Text, { purpose, retention, value }: ConsentClaim): Html {
  const words = text.signIn.consent;
  const bdi = (words: string) => html`<bdi>${words}</bdi>`;
  return definitionList([
    ...(value === undefined ? [] : [{ term: words.value, description: bdi(value) }]),
    { term: words.purpose, description: bdi(purpose[text.language]) },
    ...(retention === undefined ? [] : [{ term: words.retention, description: bdi(retention[text.language]) }]),
  ]);
}

function label(text: Text, claim: string): Html {
  const labels: Readonly<Record<string, string>> = text.claims;
  const known = Object.hasOwn(labels, claim) ? labels[claim] : undefined;
  return known === undefined ? html`<bdi class="machine-word" dir="ltr">${claim}</bdi>` : html`${known}`;
}
