import { button, form, link } from '../components.ts';
import { attributes, type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type WayProps, wayPage } from './way.ts';

export const RECOVERY_KINDS = ['forgotten-password', 'lost-phone', 'lost-everything'] as const;

export type StartProps = WayProps & {
  action: string;
  signInHref: string;
  error?: { kind: 'missing' } | { kind: 'slow-down'; retryAfterMs: number } | undefined;
};

/** Everything depends on what is left, so that is the first question. */
export function start(text: Text, { action, csrf, signInHref, error, ...way }: StartProps): Html {
  const words = text.recovery.start;
  const labels = {
    'forgotten-password': { label: words.password, hint: words.passwordHint },
    'lost-phone': { label: words.phone, hint: words.phoneHint },
    'lost-everything': { label: words.everything, hint: words.everythingHint },
  };
  const isMissing = error?.kind === 'missing';
  const content = html`<p>${words.what}</p>
${form({
  action,
  csrf,
  content: html`<fieldset class="field${isMissing && ' field-with-error'}"${attributes({ 'aria-describedby': isMissing ? 'kind-error' : undefined })}>
<legend class="visually-hidden">${words.heading}</legend>
${isMissing && html`<p class="field-error" id="kind-error"><span class="visually-hidden">${text.common.error} </span>${words.missing}</p>`}
<div class="radios">${RECOVERY_KINDS.map((kind) => radio(kind, labels[kind]))}</div>
</fieldset>
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
})}
<p class="way-out">${link({ label: words.signIn, href: signInHref })}</p>`;
  return wayPage(text, { ...way, heading: words.heading, errors: explain(text, error), content });
}

function radio(kind: string, { label, hint }: { label: string; hint: string }): Html {
  return html`<div class="radio"><input${attributes({ id: kind, type: 'radio', name: 'kind', value: kind, 'aria-describedby': `${kind}-hint` })}>
<div><label for="${kind}">${label}</label><p class="hint" id="${kind}-hint">${hint}</p></div></div>`;
}

function explain(text: Text, error: StartProps['error']) {
  if (error === undefined) return [];
  return error.kind === 'missing'
    ? [{ field: RECOVERY_KINDS[0], message: text.recovery.start.missing }]
    : [{ message: text.recovery.slowDown(waitingTime(text, error.retryAfterMs)) }];
}
