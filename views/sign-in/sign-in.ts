import {
  type Asker,
  button,
  checkbox,
  errorSummary,
  type FormError,
  field,
  form,
  isolated,
  machineWord,
  whoIsAsking,
} from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

/** Why the form is shown again. None of these says whether the national code belongs to anybody. */
export type SignInError =
  | { kind: 'fields'; nationalCode?: 'missing' | 'malformed'; password?: 'missing' }
  | { kind: 'wrong-credentials' }
  | { kind: 'slow-down'; retryAfterMs: number }
  | { kind: 'not-allowed'; reason: 'locked' | 'closed' }
  | { kind: 'busy'; retryAfterMs: number };

export type SignInProps = {
  frame: Frame;
  action: string;
  csrf: string;
  /** undefined when the citizen came by themselves, to their own account. */
  asker?: Asker | undefined;
  /** What was typed before, or the login hint. */
  nationalCode?: string | undefined;
  isSharedComputer?: boolean;
  error?: SignInError | undefined;
  /** Where giving up is posted to; without it there is no such button. */
  cancelAction?: string | undefined;
};

export function signIn(text: Text, props: SignInProps): Html {
  const { asker, csrf } = props;
  const words = text.signIn;
  const errors = props.error === undefined ? [] : explain(text, props.error);
  const errorOf = (id: string) => errors.find((error) => error.field === id)?.message;
  const hasTypedCode = (props.nationalCode ?? '') !== '';
  const main = html`${errorSummary(text, errors)}
<h1>${words.heading}</h1>
${asker !== undefined && askedBy(text, asker)}
${form({
  action: props.action,
  csrf,
  content: html`${field(text, {
    name: 'national_code',
    label: words.nationalCode,
    hint: words.nationalCodeHint,
    error: errorOf('national_code'),
    value: props.nationalCode,
    autocomplete: 'username',
    inputmode: 'numeric',
    dir: 'ltr',
    characters: 10,
    maxLength: 40,
    wantsFocus: errors.length === 0 && !hasTypedCode,
  })}
${field(text, {
  name: 'password',
  label: words.password,
  error: errorOf('password'),
  type: 'password',
  autocomplete: 'current-password',
  dir: 'ltr',
  wantsFocus: errors.length === 0 && hasTypedCode,
})}
${checkbox({ id: 'shared_computer', name: 'shared_computer', value: 'yes', label: words.sharedComputer, hint: words.sharedComputerHint, isChecked: props.isSharedComputer ?? false })}
<div class="actions">${button({ label: words.submit })}</div>`,
})}
${props.cancelAction !== undefined && cancel(text, { action: props.cancelAction, csrf, asker })}`;
  return layout(text, { frame: props.frame, heading: words.heading, main, hasErrors: errors.length > 0 });
}

function askedBy(text: Text, { name, returnHost }: Asker): Html {
  const { asks, returnsTo } = text.signIn;
  return whoIsAsking({
    sentence: asks(isolated(text, name)),
    more: returnHost === undefined ? undefined : returnsTo(machineWord(returnHost)),
  });
}

function cancel(text: Text, { action, csrf, asker }: { action: string; csrf: string; asker: Asker | undefined }): Html {
  const { cancel: plain, cancelAndReturn } = text.signIn;
  const label = asker === undefined ? plain : cancelAndReturn(isolated(text, asker.name));
  return html`<div class="way-out">${form({ action, csrf, content: button({ label, kind: 'quiet' }) })}</div>`;
}

function explain(text: Text, error: SignInError): FormError[] {
  const words = text.signIn;
  switch (error.kind) {
    case 'fields':
      return [
        ...(error.nationalCode === 'missing' ? [{ field: 'national_code', message: words.nationalCodeMissing }] : []),
        ...(error.nationalCode === 'malformed'
          ? [{ field: 'national_code', message: words.nationalCodeMalformed }]
          : []),
        ...(error.password === 'missing' ? [{ field: 'password', message: words.passwordMissing }] : []),
      ];
    case 'wrong-credentials':
      return [{ field: 'national_code', message: words.wrongCredentials }];
    case 'slow-down':
      return [{ message: words.slowDown(wait(text, error.retryAfterMs)) }];
    case 'not-allowed':
      return [{ message: error.reason === 'locked' ? words.locked : words.closed }];
    case 'busy':
      return [{ message: words.busy(wait(text, error.retryAfterMs)) }];
  }
}

/** Rounded up, so that whoever waits as told is not refused again. */
function wait(text: Text, ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds <= 90 ? text.common.seconds(seconds) : text.common.minutes(Math.ceil(seconds / 60));
}
