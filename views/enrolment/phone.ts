import { button, form } from '../components.ts';
import { type Html, html } from '../html.ts';
import { phoneField } from '../phone-field.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type StepProps, stepPage } from './step.ts';

export type PhoneError =
  | { kind: 'missing' | 'malformed' | 'unavailable' }
  | { kind: 'slow-down'; retryAfterMs: number };

type PhoneProps = StepProps & {
  action: string;
  typed?: string | undefined;
  error?: PhoneError | undefined;
};

export function phone(text: Text, { action, typed, error, ...step }: PhoneProps): Html {
  const words = text.enrolment.phone;
  const errors = error === undefined ? [] : [explainPhoneError(text, error)];
  const content = html`<p>${words.why}</p>
${form({
  action,
  csrf: step.csrf,
  content: html`${phoneField(text, { words, typed, errors, wantsFocus: error === undefined })}
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
})}`;
  return stepPage(text, { ...step, question: 'phone', heading: words.heading, errors, content });
}

export function explainPhoneError(text: Text, error: PhoneError): { field?: string; message: string } {
  const words = text.enrolment.phone;
  switch (error.kind) {
    case 'missing':
    case 'malformed':
      return { field: 'phone', message: words[error.kind] };
    case 'unavailable':
      return { message: text.enrolment.code.unavailable };
    case 'slow-down':
      return { message: text.enrolment.slowDown(waitingTime(text, error.retryAfterMs)) };
  }
}
