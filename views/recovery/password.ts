import { type Html, html } from '../html.ts';
import {
  explainPasswordError,
  PASSWORD_SCRIPT,
  type PasswordError,
  type PasswordLength,
  passwordForm,
} from '../new-password.ts';
import type { Text } from '../text/text.ts';
import { type WayProps, wayPage } from './way.ts';

type PasswordProps = WayProps & { action: string; length: PasswordLength; error?: PasswordError | undefined };

export function password(text: Text, { action, length, error, ...way }: PasswordProps): Html {
  const words = text.recovery.password;
  return wayPage(text, {
    ...way,
    heading: words.heading,
    errors: error === undefined ? [] : [explainPasswordError(text, error, length)],
    content: html`<p>${words.why}</p>
${passwordForm(text, { action, csrf: way.csrf, length, error })}`,
    scripts: [PASSWORD_SCRIPT],
  });
}
