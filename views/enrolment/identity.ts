import { type Html, html } from '../html.ts';
import { type AskedIdentity, explainIdentityError, identityForm } from '../identity-fields.ts';
import type { Text } from '../text/text.ts';
import { type StepProps, stepPage } from './step.ts';

type IdentityProps = StepProps & AskedIdentity;

export function identity(text: Text, { action, typed, error, ...step }: IdentityProps): Html {
  const words = text.enrolment.identity;
  const errors = explainIdentityError(text, { error, slowDown: text.enrolment.slowDown });
  const content = html`<p>${words.why}</p>
${error?.kind === 'no-match' && html`<p>${words.noMatchMore}</p>`}
${identityForm(text, { action, typed, errors, csrf: step.csrf })}`;
  return stepPage(text, { ...step, question: 'identity', heading: words.heading, errors, content });
}
