import {
  type Asker,
  button,
  checkbox,
  definitionList,
  form,
  isolated,
  link,
  machineWord,
  whoIsAsking,
} from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

/** One thing the agreement with the organisation lets it ask for. */
type ConsentClaim = {
  claim: string;
  purpose: InBothLanguages;
  /** How long the organisation keeps the value. */
  retentionDays?: number | undefined;
  required: boolean;
  /** An optional claim that was allowed before. Optional claims start unticked otherwise. */
  isChosen?: boolean;
  /** What the organisation would receive, as words. */
  value?: string | undefined;
};

type ConsentProps = {
  frame: Frame;
  action: string;
  csrf: string;
  asker: Asker;
  /** What is to be decided now. */
  claims: readonly ConsentClaim[];
  /** What was decided before and stays so. */
  decided?: readonly { claim: string; isAllowed: boolean }[];
  /** For how long the organisation may fetch all of it again without the citizen; undefined when it may not. */
  offlineDays?: number | undefined;
  resources?: readonly { name: InBothLanguages; scopes: readonly string[] }[];
  /** Comes back with the answer and says what it is about. */
  shown: string;
  policyHref?: string | undefined;
};

export function consent(text: Text, props: ConsentProps): Html {
  const { frame, action, csrf, asker, claims, decided = [], offlineDays, resources = [], shown, policyHref } = props;
  const words = text.signIn.consent;
  const name = isolated(text, asker.name);
  const policy = link({ label: words.policy(name), href: policyHref });
  const main = html`<h1>${words.heading}</h1>
${whoIsAsking({ sentence: decided.length > 0 ? words.asksForMore(name) : words.asks(name), more: policy })}
${form({
  action,
  csrf,
  hidden: [{ name: 'shown', value: shown }],
  content: html`${requiredClaims(text, { name, claims: claims.filter((each) => each.required) })}
${optionalClaims(
  text,
  claims.filter((each) => !each.required),
)}
${offline(text, { name, offlineDays })}
${actingAt(text, { name, resources })}
<p class="quiet">${words.onRefusing(name)} ${words.remembered}</p>
<div class="actions actions-pair">${button({ label: words.allow, name: 'decision', value: 'allow' })}
${button({ label: words.refuse, name: 'decision', value: 'refuse', kind: 'secondary' })}</div>`,
})}
${decidedBefore(text, decided)}`;
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

function offline(text: Text, { name, offlineDays }: { name: Html; offlineDays: number | undefined }): Html | undefined {
  if (offlineDays === undefined) return undefined;
  const words = text.signIn.consent;
  return html`<section aria-labelledby="offline">
<h2 id="offline">${words.offline}</h2>
<p class="hint">${words.offlineHint(name, text.common.days(offlineDays))}</p>
</section>`;
}

function actingAt(
  text: Text,
  { name, resources }: { name: Html; resources: NonNullable<ConsentProps['resources']> },
): Html | undefined {
  if (resources.length === 0) return undefined;
  const words = text.signIn.consent;
  return html`<section aria-labelledby="resources">
<h2 id="resources">${words.resources}</h2>
<p class="hint">${words.resourcesHint(name)}</p>
<ul class="claims">${resources.map(
    (resource) =>
      html`<li><p class="claim-name">${isolated(text, resource.name)}</p><p class="hint">${machineWord(resource.scopes.join(' '))}</p></li>`,
  )}</ul>
</section>`;
}

function decidedBefore(text: Text, decided: NonNullable<ConsentProps['decided']>): Html | undefined {
  if (decided.length === 0) return undefined;
  const words = text.signIn.consent;
  return html`<details><summary>${words.decided}</summary>${definitionList(
    decided.map(({ claim, isAllowed }) => ({
      term: label(text, claim),
      description: html`${isAllowed ? words.isAllowed : words.isLeftOut}`,
    })),
  )}</details>`;
}

function details(text: Text, { purpose, retentionDays, value }: ConsentClaim): Html {
  const words = text.signIn.consent;
  const bdi = (words: string) => html`<bdi>${words}</bdi>`;
  return definitionList([
    ...(value === undefined ? [] : [{ term: words.value, description: bdi(value) }]),
    { term: words.purpose, description: bdi(purpose[text.language]) },
    ...(retentionDays === undefined ? [] : [{ term: words.retention, description: period(text, retentionDays) }]),
  ]);
}

function period({ common }: Text, days: number): Html {
  const isYears = days > 0 && days % 365 === 0;
  return html`${isYears ? common.years(days / 365) : common.days(days)}`;
}

function label(text: Text, claim: string): Html {
  const labels: Readonly<Record<string, string>> = text.claims;
  const known = Object.hasOwn(labels, claim) ? labels[claim] : undefined;
  return known === undefined ? html`<bdi class="machine-word" dir="ltr">${claim}</bdi>` : html`${known}`;
}
