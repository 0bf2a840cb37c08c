import {
  type Asker,
  button,
  checkbox,
  errorSummary,
  type FormError,
  field,
  form,
  isolated,
  link,
  machineWord,
  whoIsAsking,
} from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import { PUZZLE_SCRIPT, type PuzzleOnPage, puzzleByCode, puzzleFields } from '../puzzle.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { PASSKEY_SCRIPTS, type PasskeyOffer, passkeyOffer } from './passkey-offer.ts';
import { cancel } from './step-page.ts';

/** Why the form is shown again. None of these says whether the national code belongs to anybody. */
export type SignInError =
  | { kind: 'fields'; nationalCode?: 'missing' | 'malformed'; password?: 'missing' }
  | { kind: 'wrong-credentials' }
  | { kind: 'passkey-failed' }
  | { kind: 'puzzle-needed' }
  | { kind: 'puzzle-code-wrong' }
  | { kind: 'slow-down'; retryAfterMs: number }
  | { kind: 'not-allowed'; reason: 'locked' | 'closed' }
  | { kind: 'busy'; retryAfterMs: number };

type SignInProps = {
  frame: Frame;
  action: string;
  csrf: string;
  /** undefined when the citizen came by themselves, to their own account. */
  asker?: Asker | undefined;
  /** What was typed before, or the login hint. */
  nationalCode?: string | undefined;
  isSharedComputer?: boolean;
  error?: SignInError | undefined;
  /** Passkeys of this browser, offered before anything else where it has script. */
  passkey?: PasskeyOffer | undefined;
  /** Asked for before the next try, after several wrong ones. */
  puzzle?: PuzzleOnPage | undefined;
  /** Where an account is made, and where lost access is found again. */
  enrolHref?: string | undefined;
  recoverHref?: string | undefined;
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
${props.passkey !== undefined && passkeyOffer(text, { ...props.passkey, csrf, kind: 'secondary', more: html`<p class="divider">${text.signInSteps.passkey.or}</p>` })}
${form({
  action: props.action,
  csrf,
  content: html`${field(text, {
    name: 'national_code',
    label: words.nationalCode,
    hint: words.nationalCodeHint,
    error: errorOf('national_code'),
    value: props.nationalCode,
    autocomplete: props.passkey === undefined ? 'username' : 'username webauthn',
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
${props.puzzle !== undefined && puzzleFields(text, props.puzzle, errorOf('puzzle_code'))}
${checkbox({ id: 'shared_computer', name: 'shared_computer', value: 'yes', label: words.sharedComputer, hint: words.sharedComputerHint, isChecked: props.isSharedComputer ?? false })}
<div class="actions">${button({ label: words.submit })}</div>`,
})}
${props.puzzle !== undefined && puzzleByCode(text, { ...props.puzzle, csrf, nationalCode: props.nationalCode ?? '' })}
${ways(text, props)}
${props.cancelAction !== undefined && cancel(text, { action: props.cancelAction, csrf, asker })}`;
  const scripts = [
    ...(props.passkey === undefined ? [] : PASSKEY_SCRIPTS),
    ...(props.puzzle === undefined ? [] : [PUZZLE_SCRIPT]),
  ];
  return layout(text, { frame: props.frame, heading: words.heading, main, hasErrors: errors.length > 0, scripts });
}

function ways(text: Text, { enrolHref, recoverHref }: SignInProps): Html | undefined {
  const { noAccount, lostAccess } = text.signInSteps;
  if (enrolHref === undefined && recoverHref === undefined) return undefined;
  return html`<ul class="links-below">${enrolHref !== undefined && html`<li>${link({ label: noAccount, href: enrolHref })}</li>`}${recoverHref !== undefined && html`<li>${link({ label: lostAccess, href: recoverHref })}</li>`}</ul>`;
}

function askedBy(text: Text, { name, returnHost }: Asker): Html {
  const { asks, returnsTo } = text.signIn;
  return whoIsAsking({
    sentence: asks(isolated(text, name)),
    more: returnHost === undefined ? undefined : returnsTo(machineWord(returnHost)),
  });
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
    case 'puzzle-needed':
      return [{ message: text.signInSteps.puzzle.needed }];
    case 'puzzle-code-wrong':
      return [{ field: 'puzzle_code', message: text.signInSteps.puzzle.codeWrong }];
    case 'passkey-failed':
      return [{ message: text.signInSteps.passkey.failed }];
    case 'slow-down':
      return [{ message: words.slowDown(waitingTime(text, error.retryAfterMs)) }];
    case 'not-allowed':
      return [{ message: error.reason === 'locked' ? words.locked : words.closed }];
    case 'busy':
      return [{ message: words.busy(waitingTime(text, error.retryAfterMs)) }];
  }
}
