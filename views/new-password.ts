/** A new password: the rules are said before, and each refusal says which of them it was. */
import { button, type FormError, field, form } from './components.ts';
import { type Html, html } from './html.ts';
import type { Text } from './text/text.ts';
import { waitingTime } from './waiting-time.ts';

export type PasswordError =
  | { kind: 'missing' | 'too-short' | 'too-long' | 'too-common' | 'about-yourself' }
  | { kind: 'busy'; retryAfterMs: number };

/** How many characters a password may have; the rules themselves are the citizens' room's. */
export type PasswordLength = { least: number; most: number };

type PasswordForm = {
  action: string;
  csrf: string;
  length: PasswordLength;
  error: PasswordError | undefined;
};

export function passwordForm(text: Text, { action, csrf, length, error }: PasswordForm): Html {
  const words = text.enrolment.password;
  const message = error === undefined ? undefined : explainPasswordError(text, error, length);
  return html`<p>${words.rules(text.common.number(length.least))}</p>
<p class="quiet">${words.notThese}</p>
${form({
  action,
  csrf,
  content: html`${field(text, {
    name: 'password',
    label: words.label,
    error: message?.field === undefined ? undefined : message.message,
    type: 'password',
    autocomplete: 'new-password',
    dir: 'ltr',
    wantsFocus: error === undefined,
  })}
<p class="show-password"><button type="button" class="button button-quiet" data-reveals="password" data-show="${words.show}" data-hide="${words.hide}" hidden>${words.show}</button></p>
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
})}`;
}

/** Reveals the button that shows what was typed; without script there is none. */
export const PASSWORD_SCRIPT = '/assets/show-password.js';

export function explainPasswordError(text: Text, error: PasswordError, { least, most }: PasswordLength): FormError {
  const words = text.enrolment.password;
  const field = 'password';
  switch (error.kind) {
    case 'too-short':
      return { field, message: words['too-short'](text.common.number(least)) };
    case 'too-long':
      return { field, message: words['too-long'](text.common.number(most)) };
    case 'busy':
      return { message: text.enrolment.slowDown(waitingTime(text, error.retryAfterMs)) };
    default:
      return { field, message: words[error.kind] };
  }
}
