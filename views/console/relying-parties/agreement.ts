import { button, errorSummary, form, linkButton, notice } from '../../components.ts';
import { formatDate } from '../../dates.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { type TermsShown, termsOf } from './agreement-claims.ts';
import { linesField } from './fields.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage, timeTag } from './page.ts';

/** Times are milliseconds since 1970. */
type AgreementVersionShown = {
  version: number;
  state: keyof Text['agreements']['states'];
  terms: TermsShown;
  proposedAt: number;
  decidedAt?: number | undefined;
  why: string;
};

type AgreementProps = RelyingPartyFrame & {
  /** Where the agreement stands; absent where there never was one. */
  standing?: { state: 'in-force' | 'not-yet' | 'expired'; from: number; until?: number | undefined } | undefined;
  /** Days until the end, where it is time to say so. */
  daysLeft?: number | undefined;
  current?: AgreementVersionShown | undefined;
  proposed?: AgreementVersionShown | undefined;
  /** Newest first. */
  history: readonly AgreementVersionShown[];
  mayPropose: boolean;
  mayDecide: boolean;
  hasWhyError?: boolean | undefined;
};

export function relyingPartyAgreement(text: Text, props: AgreementProps): Html {
  const words = text.agreements;
  const { current, proposed, history, mayPropose, mayDecide, hasWhyError = false } = props;
  const errors = hasWhyError ? [{ field: 'why', message: words.whyMissing }] : [];
  const known = current?.terms.claims.map(({ claim }) => claim) ?? [];
  return relyingPartyPage(
    text,
    { ...props, tab: 'agreement', heading: words.heading, hasErrors: hasWhyError },
    html`${errorSummary(text, errors)}<p>${words.what}</p>
${warning(text, props)}
<section aria-labelledby="in-force"><h2 id="in-force">${words.inForce}</h2>
${current === undefined ? html`<p>${words.nothingInForce}</p>` : termsOf(text, { terms: current.terms })}
${current !== undefined && mayDecide && proposed === undefined && ending(text, props)}</section>
<section aria-labelledby="waiting"><h2 id="waiting">${words.waiting}</h2>
${proposed === undefined ? html`<p>${words.nothingWaits}</p>` : termsOf(text, { terms: proposed.terms, known })}
${proposed !== undefined && mayDecide && decision(text, props, proposed)}
${mayPropose && html`<p class="actions">${linkButton({ label: words.propose, href: `${partOf(props.relyingParty.clientId, 'agreement')}/propose`, kind: proposed === undefined ? 'primary' : 'secondary' })}</p>`}</section>
${history.length > 0 && past(text, history)}`,
  );
}

function warning(text: Text, { standing, daysLeft }: AgreementProps): Html | undefined {
  const words = text.agreements;
  if (standing === undefined) return undefined;
  const say = (sentence: string) => notice({ kind: 'warning', content: html`<p>${sentence}</p>` });
  const date = (at: number) => formatDate(text.language, at);
  if (standing.state === 'not-yet') return say(words.notYet(date(standing.from)));
  if (standing.until === undefined) return undefined;
  if (standing.state === 'expired') return say(words.expired(date(standing.until)));
  if (daysLeft === undefined) return undefined;
  return say(daysLeft === 0 ? words.endsToday : words.endsIn(text.common.days(daysLeft), date(standing.until)));
}

function decision(text: Text, props: AgreementProps, { version }: AgreementVersionShown): Html {
  const words = text.agreements;
  return html`<h3>${words.decide}</h3>${form({
    action: `${partOf(props.relyingParty.clientId, 'agreement')}/decide`,
    csrf: props.operator.csrf,
    hidden: [{ name: 'version', value: String(version) }],
    content: html`${why(text, props)}
<div class="actions">${button({ label: words.approve, name: 'decision', value: 'approve' })}
${button({ label: words.refuse, kind: 'danger', name: 'decision', value: 'refuse' })}</div>`,
  })}`;
}

function ending(text: Text, props: AgreementProps): Html {
  const words = text.agreements;
  return html`<details><summary>${words.end}</summary><p>${words.endWhat}</p>
${form({
  action: `${partOf(props.relyingParty.clientId, 'agreement')}/end`,
  csrf: props.operator.csrf,
  content: html`${why(text, props)}
${button({ label: words.end, kind: 'danger' })}`,
})}</details>`;
}

function why(text: Text, { hasWhyError = false }: AgreementProps): Html {
  const words = text.agreements;
  return linesField(text, {
    name: 'why',
    label: words.why,
    value: '',
    rows: 2,
    error: hasWhyError ? words.whyMissing : undefined,
  });
}

function past(text: Text, history: readonly AgreementVersionShown[]): Html {
  const words = text.agreements;
  return html`<section aria-labelledby="history"><h2 id="history">${words.history}</h2>
${history.map(
  ({ version, state, terms, proposedAt, decidedAt, why: reason }) =>
    html`<details><summary>${words.versionNumber(text.common.number(version))}: ${words.states[state]}</summary>
<p class="quiet">${words.proposedAt}: ${timeTag(text, proposedAt)}${decidedAt !== undefined && html`${text.common.listSeparator}${words.decidedAt}: ${timeTag(text, decidedAt)}`}</p>
${reason !== '' && html`<p>${words.why}: <bdi>${reason}</bdi></p>`}
${termsOf(text, { terms })}</details>`,
)}</section>`;
}
