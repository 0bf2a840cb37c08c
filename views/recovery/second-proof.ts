import { button, type FormError, field, form } from '../components.ts';
import { attributes, type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type WayProps, wayPage } from './way.ts';

export type SecondProofError =
  | { kind: 'missing' | 'wrong' | 'passkey-failed' }
  | { kind: 'slow-down'; retryAfterMs: number };

type SecondProofProps = WayProps & {
  action: string;
  passkeyAction: string;
  /** PublicKeyCredentialRequestOptionsJSON, as JSON. */
  passkeyOptions: string;
  error?: SecondProofError | undefined;
};

/** A recovery code works without script; the passkey is offered by script where the browser can. */
export function secondProof(text: Text, props: SecondProofProps): Html {
  const { action, passkeyAction, passkeyOptions, error, csrf } = props;
  const words = text.recovery.secondProof;
  const errors = error === undefined ? [] : [explain(text, error)];
  const content = html`<p>${words.why}</p>
${form({
  action,
  csrf,
  content: html`${field(text, {
    name: 'recovery_code',
    label: words.label,
    hint: words.hint,
    error: errors.find((each) => each.field === 'recovery_code')?.message,
    autocomplete: 'off',
    inputmode: 'numeric',
    dir: 'ltr',
    maxLength: 40,
    wantsFocus: error === undefined,
  })}
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
})}
<div${attributes({ id: 'passkey-failed', class: 'notice notice-warning', role: 'alert', hidden: true })}><p>${words.passkeyFailed}</p></div>
<div${attributes({ id: 'passkey-offer', class: 'way-out', hidden: true, 'data-options': passkeyOptions })}>${form({
    id: 'passkey-form',
    action: passkeyAction,
    csrf,
    hidden: [{ name: 'response', value: '' }],
    content: button({ label: words.passkey, kind: 'secondary' }),
  })}</div>`;
  return wayPage(text, {
    ...props,
    heading: words.heading,
    errors,
    content,
    scripts: ['/assets/simplewebauthn.js', '/assets/use-passkey.js'],
  });
}

function explain(text: Text, error: SecondProofError): FormError {
  const words = text.recovery.secondProof;
  switch (error.kind) {
    case 'missing':
      return { field: 'recovery_code', message: words.missing };
    case 'wrong':
      return { field: 'recovery_code', message: words.wrong };
    case 'passkey-failed':
      return { message: words.passkeyFailed };
    case 'slow-down':
      return { message: text.recovery.slowDown(waitingTime(text, error.retryAfterMs)) };
  }
}
