import { button, errorSummary, field, form, type HiddenField } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

export type UserCodeError = keyof Text['device']['enter']['errors'];

type EnterCodeProps = {
  frame: Frame;
  action: string;
  hidden: readonly HiddenField[];
  userCode?: string | undefined;
  error?: UserCodeError | undefined;
};

export function enterCode(text: Text, { frame, action, hidden, userCode, error }: EnterCodeProps): Html {
  const words = text.device.enter;
  const message = error && words.errors[error];
  const main = html`${message !== undefined && errorSummary(text, [{ field: 'user_code', message }])}
<h1>${words.heading}</h1>
<p>${words.what}</p>
${form({
  action,
  hidden,
  content: html`${field(text, {
    name: 'user_code',
    label: words.code,
    hint: words.codeHint,
    error: message,
    value: userCode,
    autocomplete: 'off',
    dir: 'ltr',
    characters: 10,
    maxLength: 40,
    wantsFocus: message === undefined,
  })}
<div class="actions">${button({ label: words.submit })}</div>`,
})}`;
  return layout(text, { frame, heading: words.heading, main, hasErrors: message !== undefined });
}
