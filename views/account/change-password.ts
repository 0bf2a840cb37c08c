import { errorSummary } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import {
  explainPasswordError,
  PASSWORD_SCRIPT,
  type PasswordError,
  type PasswordLength,
  passwordForm,
} from '../new-password.ts';
import type { Text } from '../text/text.ts';
import { accountPage } from './page.ts';

type ChangePasswordProps = {
  frame: Frame;
  action: string;
  csrf: string;
  length: PasswordLength;
  error?: PasswordError | undefined;
};

export function changePassword(text: Text, { frame, action, csrf, length, error }: ChangePasswordProps): Html {
  const words = text.account.security;
  const content = html`${errorSummary(text, error === undefined ? [] : [explainPasswordError(text, error, length)])}
<div class="page-form">${passwordForm(text, { action, csrf, length, error })}</div>
<p class="way-out quiet">${words.otherDevicesOut}</p>
<p class="way-out"><a href="/account/security">${words.back}</a></p>`;
  return accountPage(text, {
    frame,
    section: 'security',
    heading: words.changePassword,
    content,
    hasErrors: error !== undefined,
    scripts: [PASSWORD_SCRIPT],
  });
}
