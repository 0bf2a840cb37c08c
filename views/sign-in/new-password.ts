import { type Html, html } from '../html.ts';
import {
  explainPasswordError,
  PASSWORD_SCRIPT,
  type PasswordError,
  type PasswordLength,
  passwordForm,
} from '../new-password.ts';
import type { Text } from '../text/text.ts';
import { type StepPageProps, stepPage } from './step-page.ts';

type NewPasswordProps = StepPageProps & {
  action: string;
  length: PasswordLength;
  error?: PasswordError | undefined;
};

/** Before anything else, where an account must change its password. */
export function newPassword(text: Text, { action, length, error, ...step }: NewPasswordProps): Html {
  const words = text.signInSteps.newPassword;
  return stepPage(text, {
    ...step,
    heading: words.heading,
    errors: error === undefined ? [] : [explainPasswordError(text, error, length)],
    content: html`<p>${words.why}</p>
${passwordForm(text, { action, csrf: step.csrf, length, error })}`,
    scripts: [PASSWORD_SCRIPT],
  });
}
