import { button, field, form, link, machineWord } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type StepProps, stepPage } from './step.ts';

export type PhoneOwnerError =
  | { kind: 'missing' | 'malformed' | 'not-theirs' | 'your-own' | 'unavailable' }
  | { kind: 'slow-down'; retryAfterMs: number };

type PhoneOwnerProps = StepProps & {
  action: string;
  /** With its middle hidden, as the citizen is shown it. */
  maskedPhone: string;
  anotherHref: string;
  typed?: string | undefined;
  error?: PhoneOwnerError | undefined;
};

/** A parent's phone is common: its owner is asked for, and is sent the code. */
export function phoneOwner(
  text: Text,
  { action, maskedPhone, anotherHref, typed, error, ...step }: PhoneOwnerProps,
): Html {
  const words = text.enrolment.phoneOwner;
  const errors = error === undefined ? [] : [explain(text, error)];
  const content = html`<p>${words.why(machineWord(maskedPhone))}</p>
<p class="quiet">${words.level}</p>
${form({
  action,
  csrf: step.csrf,
  content: html`${field(text, {
    name: 'owner_national_code',
    label: words.label,
    hint: text.signIn.nationalCodeHint,
    error: errors.find((each) => each.field === 'owner_national_code')?.message,
    value: typed,
    autocomplete: 'off',
    inputmode: 'numeric',
    dir: 'ltr',
    characters: 10,
    maxLength: 40,
    wantsFocus: error === undefined,
  })}
<div class="actions">${button({ label: words.submit })}</div>`,
})}
<p class="way-out">${link({ label: words.another, href: anotherHref })}</p>`;
  return stepPage(text, { ...step, question: 'phone', heading: words.heading, errors, content });
}

function explain(text: Text, error: PhoneOwnerError): { field?: string; message: string } {
  const words = text.enrolment.phoneOwner;
  const field = 'owner_national_code';
  switch (error.kind) {
    case 'missing':
      return { field, message: words.missing };
    case 'malformed':
      return { field, message: text.signIn.nationalCodeMalformed };
    case 'not-theirs':
      return { field, message: words.notTheirs };
    case 'your-own':
      return { field, message: words.yourOwn };
    case 'unavailable':
      return { message: text.enrolment.code.unavailable };
    case 'slow-down':
      return { message: text.enrolment.slowDown(waitingTime(text, error.retryAfterMs)) };
  }
}
