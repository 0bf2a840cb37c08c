import { button, type FormError, field, form, isolated, link } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type StepPageProps, stepPage } from './step-page.ts';

export type PasswordAgainError = { kind: 'missing' | 'wrong' } | { kind: 'slow-down' | 'busy'; retryAfterMs: number };

type PasswordAgainProps = StepPageProps & {
  action: string;
  /** Whoever is signed in at this browser, by their own name. */
  name: InBothLanguages;
  somebodyElseHref: string;
  error?: PasswordAgainError | undefined;
};

/** Somebody is signed in, and only their password is too old. */
export function passwordAgain(text: Text, props: PasswordAgainProps): Html {
  const words = text.signInSteps.again;
  const errors = props.error === undefined ? [] : [explain(text, props.error)];
  return stepPage(text, {
    ...props,
    heading: words.heading,
    errors,
    content: html`<p>${words.why(isolated(text, props.name))}</p>
${form({
  action: props.action,
  csrf: props.csrf,
  content: html`${field(text, {
    name: 'password',
    label: text.signIn.password,
    error: errors.find((each) => each.field === 'password')?.message,
    type: 'password',
    autocomplete: 'current-password',
    dir: 'ltr',
    wantsFocus: props.error === undefined,
  })}
<div class="actions">${button({ label: words.submit })}</div>`,
})}
<p class="way-out">${link({ label: words.somebodyElse, href: props.somebodyElseHref })}</p>`,
  });
}

function explain(text: Text, error: PasswordAgainError): FormError {
  switch (error.kind) {
    case 'missing':
      return { field: 'password', message: text.signIn.passwordMissing };
    case 'wrong':
      return { field: 'password', message: text.signInSteps.again.wrongPassword };
    case 'slow-down':
      return { message: text.signIn.slowDown(waitingTime(text, error.retryAfterMs)) };
    case 'busy':
      return { message: text.signIn.busy(waitingTime(text, error.retryAfterMs)) };
  }
}
