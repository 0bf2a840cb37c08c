import { button, errorSummary, type FormError, form, link, machineWord } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import { phoneField } from '../phone-field.ts';
import type { Text } from '../text/text.ts';
import { type CodeError, codeForm, explainCodeError, messageNews } from '../text-message-code.ts';
import { waitingTime } from '../waiting-time.ts';
import { accountPage } from './page.ts';

export type NewPhoneError =
  | { kind: 'malformed' | 'same' | 'somebody-else' | 'unavailable' | 'not-sent' }
  | { kind: 'slow-down'; retryAfterMs: number };

type NewPhoneProps = {
  frame: Frame;
  action: string;
  csrf: string;
  /** The number at present, all but its ends hidden. */
  now: string | undefined;
  typed?: string | undefined;
  error?: NewPhoneError | undefined;
};

export function newPhone(text: Text, { frame, action, csrf, now, typed, error }: NewPhoneProps): Html {
  const words = text.accountPhone;
  const errors = error === undefined ? [] : [explain(text, error)];
  const content = html`${errorSummary(text, errors)}
<p>${now === undefined ? words.noneNow : words.now(machineWord(now))}</p>
<p>${words.what}</p>
<div class="page-form">${form({
    action,
    csrf,
    content: html`${phoneField(text, { words, typed, errors })}<div class="actions">${button({ label: words.next })}</div>`,
  })}</div>
<p class="way-out"><a href="/account">${words.back}</a></p>`;
  return accountPage(text, { frame, section: 'data', heading: words.heading, content, hasErrors: error !== undefined });
}

type NewPhoneCodeProps = {
  frame: Frame;
  action: string;
  againAction: string;
  anotherHref: string;
  csrf: string;
  maskedPhone: string;
  hasBeenSentAgain?: boolean;
  mayBeLate?: boolean;
  error?: CodeError | undefined;
};

export function newPhoneCode(text: Text, props: NewPhoneCodeProps): Html {
  const words = text.accountPhone;
  const { frame, error, maskedPhone } = props;
  const content = html`${errorSummary(text, error === undefined ? [] : [explainCodeError(text, error)])}
${messageNews(text, props)}
<p>${words.sentTo(machineWord(maskedPhone))}</p>
<div class="page-form">${codeForm(text, { ...props, error })}</div>
<p class="way-out">${link({ label: words.otherNumber, href: props.anotherHref })}</p>`;
  return accountPage(text, {
    frame,
    section: 'data',
    heading: words.codeHeading,
    content,
    hasErrors: error !== undefined,
  });
}

/** What is wrong with the number stands at its field; what is wrong elsewhere, above the form. */
function explain(text: Text, error: NewPhoneError): FormError {
  const words = text.accountPhone.errors;
  switch (error.kind) {
    case 'malformed':
    case 'same':
    case 'somebody-else':
      return { field: 'phone', message: words[error.kind] };
    case 'unavailable':
    case 'not-sent':
      return { message: words[error.kind] };
    case 'slow-down':
      return { message: text.enrolment.slowDown(waitingTime(text, error.retryAfterMs)) };
  }
}
