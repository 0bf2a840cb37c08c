import { button, type FormError, form } from '../components.ts';
import { type Html, html } from '../html.ts';
import { explainIdentityFault, type IdentityFault, type IdentityTyped, identityFields } from '../identity-fields.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type WayProps, wayPage } from './way.ts';

export type IdentityError =
  | ({ kind: 'fields' } & IdentityFault)
  | { kind: 'no-match' | 'unavailable' }
  | { kind: 'slow-down'; retryAfterMs: number };

export type IdentityProps = WayProps & {
  action: string;
  typed?: IdentityTyped | undefined;
  error?: IdentityError | undefined;
};

export function identity(text: Text, { action, typed, error, ...way }: IdentityProps): Html {
  const words = text.recovery.identity;
  const errors = error === undefined ? [] : explain(text, error);
  const content = html`<p>${words.why}</p>
${form({
  action,
  csrf: way.csrf,
  content: html`${identityFields(text, { typed, errors })}
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
})}`;
  return wayPage(text, { ...way, heading: words.heading, errors, content });
}

function explain(text: Text, error: IdentityError): FormError[] {
  switch (error.kind) {
    case 'fields':
      return explainIdentityFault(text, error);
    case 'no-match':
      return [{ field: 'national_code', message: text.enrolment.identity.noMatch }];
    case 'unavailable':
      return [{ message: text.enrolment.notNow }];
    case 'slow-down':
      return [{ message: text.recovery.slowDown(waitingTime(text, error.retryAfterMs)) }];
  }
}
