import { button, errorSummary, form, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { linesField } from './fields.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage } from './page.ts';

type StepToLive = keyof Text['relyingParties']['goLive']['steps'];

type GoLiveProps = RelyingPartyFrame & {
  /** Empty when only the approval is left. */
  missing: readonly StepToLive[];
  isWaiting: boolean;
  mayAsk: boolean;
  hasWhyError?: boolean | undefined;
};

export function relyingPartyGoLive(text: Text, props: GoLiveProps): Html {
  const { goLive: words, standing } = text.relyingParties;
  const { hasWhyError = false } = props;
  const errors = hasWhyError ? [{ field: 'why', message: standing.whyMissing }] : [];
  return relyingPartyPage(
    text,
    { ...props, tab: 'go-live', heading: words.heading, hasErrors: hasWhyError },
    html`${errorSummary(text, errors)}${content(text, props)}`,
  );
}

function content(text: Text, props: GoLiveProps): Html {
  const { goLive: words } = text.relyingParties;
  const { relyingParty, missing, isWaiting, mayAsk, news } = props;
  if (relyingParty.environment === 'test') return html`<p>${words.test}</p>`;
  if (relyingParty.state === 'active') return notice({ kind: 'success', content: html`<p>${words.live}</p>` });
  if (relyingParty.state === 'suspended') return html`<p>${words.suspended}</p>`;
  const steps = Object.keys(words.steps) as StepToLive[];
  const next = missing.length === 0 ? words.ready : words.missing;
  return html`${!isWaiting && html`<p>${next}</p>`}
<ol class="steps-to-live">${steps.map((step) => {
    const isOpen = missing.includes(step);
    return html`<li class="${isOpen ? 'step-open' : 'step-done'}"><span class="tag">${isOpen ? words.open : words.done}</span> ${words.steps[step]}</li>`;
  })}</ol>
${isWaiting && news !== 'asked' && notice({ kind: 'information', content: html`<p>${words.waiting}</p>` })}
${mayAsk && missing.length === 0 && !isWaiting && ask(text, props)}`;
}

function ask(text: Text, { relyingParty, operator, hasWhyError = false }: GoLiveProps): Html {
  const { goLive: words, standing } = text.relyingParties;
  return form({
    action: partOf(relyingParty.clientId, 'go-live'),
    csrf: operator.csrf,
    content: html`${linesField(text, { name: 'why', label: words.why, value: '', rows: 2, error: hasWhyError ? standing.whyMissing : undefined })}
${button({ label: words.ask })}`,
  });
}
