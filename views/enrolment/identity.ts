import { button, type FormError, form } from '../components.ts';
import { type Html, html } from '../html.ts';
import { explainIdentityFault, type IdentityFault, type IdentityTyped, identityFields } from '../identity-fields.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type StepProps, stepPage } from './step.ts';

export type IdentityError =
  | ({ kind: 'fields' } & IdentityFault)
  | { kind: 'no-match' | 'unavailable' }
  | { kind: 'slow-down'; retryAfterMs: number };

export type IdentityProps = StepProps & {
  action: string;
  typed?: IdentityTyped | undefined;
  error?: IdentityError | undefined;
};

export function identity(text: Text, { action, typed, error, ...step }: IdentityProps): Html {
  const words = text.enrolment.identity;
  const errors = error === undefined ? [] : explain(text, error);
  const content = html`<p>${words.why}</p>
${error?.kind === 'no-match' && html`<p>${words.noMatchMore}</p>`}
${form({
  action,
  csrf: step.csrf,
  content: html`${identityFields(text, { typed, errors })}
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
})}`;
  return stepPage(text, { ...step, question: 'identity', heading: words.heading, errors, content });
}

function explain(text: Text, error: IdentityError): FormError[] {
  const words = text.enrolment.identity;
  switch (error.kind) {
    case 'fields':
      return explainIdentityFault(text, error);
    case 'no-match':
      return [{ field: 'national_code', message: words.noMatch }];
    case 'unavailable':
      return [{ message: text.enrolment.notNow }];
    case 'slow-down':
      return [{ message: text.enrolment.slowDown(waitingTime(text, error.retryAfterMs)) }];
  }
}
