import { isolated } from '../components.ts';
import { type Html, html } from '../html.ts';
import {
  explainPasswordError,
  PASSWORD_SCRIPT,
  type PasswordError,
  type PasswordLength,
  passwordForm,
} from '../new-password.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { type StepProps, stepPage } from './step.ts';

type PasswordProps = StepProps & {
  action: string;
  /** As the registry has it: from here on a citizen may see whose account this becomes. */
  name?: InBothLanguages | undefined;
  length: PasswordLength;
  error?: PasswordError | undefined;
};

export function password(text: Text, { action, name, length, error, ...step }: PasswordProps): Html {
  const words = text.enrolment.password;
  return stepPage(text, {
    ...step,
    question: 'password',
    heading: words.heading,
    errors: error === undefined ? [] : [explainPasswordError(text, error, length)],
    content: html`${name !== undefined && html`<p>${words.hello(isolated(text, name))}</p>`}
<p>${words.why}</p>
${passwordForm(text, { action, csrf: step.csrf, length, error })}`,
    scripts: [PASSWORD_SCRIPT],
  });
}
