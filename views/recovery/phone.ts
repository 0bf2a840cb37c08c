import { button, form } from '../components.ts';
import { explainPhoneError, type PhoneError } from '../enrolment/phone.ts';
import { type Html, html } from '../html.ts';
import { phoneField } from '../phone-field.ts';
import type { Text } from '../text/text.ts';
import { type WayProps, wayPage } from './way.ts';

export type NewPhoneError = PhoneError | { kind: 'not-yours' };

type PhoneProps = WayProps & { action: string; typed?: string | undefined; error?: NewPhoneError | undefined };

export function phone(text: Text, { action, typed, error, ...way }: PhoneProps): Html {
  const words = text.recovery.phone;
  const errors = error === undefined ? [] : [explain(text, error)];
  const content = html`<p>${words.why}</p>
${form({
  action,
  csrf: way.csrf,
  content: html`${phoneField(text, { words: text.enrolment.phone, typed, errors, wantsFocus: error === undefined })}
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
})}`;
  return wayPage(text, { ...way, heading: words.heading, errors, content });
}

function explain(text: Text, error: NewPhoneError): { field?: string; message: string } {
  if (error.kind === 'not-yours') return { field: 'phone', message: text.recovery.phone.notYours };
  return explainPhoneError(text, error);
}
