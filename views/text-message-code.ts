/** The field for a code that came by text message, and everything that can be wrong with it. */
import { button, type FormError, field, form, notice } from './components.ts';
import { type Html, html } from './html.ts';
import type { Text } from './text/text.ts';
import { waitingTime } from './waiting-time.ts';

export type CodeError =
  | { kind: 'missing' | 'malformed' | 'expired' | 'wrong-or-expired' | 'unavailable' }
  | { kind: 'wrong'; triesLeft: number }
  | { kind: 'too-soon' | 'slow-down'; retryAfterMs: number };

/** What is said of the message before the code is asked for. */
export function messageNews(text: Text, news: { hasBeenSentAgain?: boolean; mayBeLate?: boolean }): Html {
  const { sentAgain, late } = text.enrolment.code;
  return html`${news.hasBeenSentAgain === true && notice({ kind: 'success', content: html`<p>${sentAgain}</p>` })}${news.mayBeLate === true && notice({ kind: 'information', content: html`<p>${late}</p>` })}`;
}

type CodeForm = {
  action: string;
  csrf: string;
  error: CodeError | undefined;
  /** Where another message is asked for. */
  againAction: string;
};

export function codeForm(text: Text, { action, csrf, error, againAction }: CodeForm): Html {
  const words = text.enrolment.code;
  const message = error === undefined ? undefined : explainCodeError(text, error);
  return html`${form({
    action,
    csrf,
    content: html`${field(text, {
      name: 'code',
      label: words.label,
      hint: words.hint,
      error: message?.field === undefined ? undefined : message.message,
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
      dir: 'ltr',
      characters: 6,
      maxLength: 20,
      wantsFocus: error === undefined,
    })}
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
  })}
<div class="way-out links"><p class="quiet">${words.mayTake}</p>
${form({ action: againAction, csrf, content: button({ label: words.again, kind: 'quiet' }) })}</div>`;
}

export function explainCodeError(text: Text, error: CodeError): FormError {
  const words = text.enrolment.code;
  const field = 'code';
  switch (error.kind) {
    case 'missing':
    case 'malformed':
    case 'expired':
    case 'wrong-or-expired':
      return { field, message: words[error.kind] };
    case 'wrong':
      return error.triesLeft === 0
        ? { field, message: words.wrongForGood }
        : { field, message: words.wrong(text.common.number(error.triesLeft)) };
    case 'unavailable':
      return { message: words.unavailable };
    case 'too-soon':
      return { message: words.tooSoon(waitingTime(text, error.retryAfterMs)) };
    case 'slow-down':
      return { message: text.enrolment.slowDown(waitingTime(text, error.retryAfterMs)) };
  }
}
