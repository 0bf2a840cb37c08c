import { button, type FormError, field, form } from '../components.ts';
import { type Html, html } from '../html.ts';
import { PUZZLE_SCRIPT, type PuzzleOnPage, puzzleByCode, puzzleFields } from '../puzzle.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { type WayProps, wayPage } from './way.ts';

export type KnownPasswordError =
  | { kind: 'fields'; nationalCode?: 'missing' | 'malformed' | undefined; password?: 'missing' | undefined }
  | { kind: 'wrong' | 'unavailable' | 'puzzle-needed' | 'puzzle-code-wrong' }
  | { kind: 'slow-down'; retryAfterMs: number };

type KnownPasswordProps = WayProps & {
  action: string;
  typed?: string | undefined;
  error?: KnownPasswordError | undefined;
  /** Asked for before the next try, after several wrong ones. */
  puzzle?: PuzzleOnPage | undefined;
};

export function knownPassword(text: Text, { action, typed, error, puzzle, ...way }: KnownPasswordProps): Html {
  const words = text.recovery.knownPassword;
  const errors = error === undefined ? [] : explain(text, error);
  const errorOf = (id: string) => errors.find((each) => each.field === id)?.message;
  const content = html`<p>${words.why}</p>
${form({
  action,
  csrf: way.csrf,
  content: html`${field(text, {
    name: 'national_code',
    label: text.signIn.nationalCode,
    hint: text.signIn.nationalCodeHint,
    error: errorOf('national_code'),
    value: typed,
    autocomplete: 'username',
    inputmode: 'numeric',
    dir: 'ltr',
    characters: 10,
    maxLength: 40,
    wantsFocus: error === undefined,
  })}
${field(text, {
  name: 'password',
  label: text.signIn.password,
  error: errorOf('password'),
  type: 'password',
  autocomplete: 'current-password',
  dir: 'ltr',
})}
${puzzle !== undefined && puzzleFields(text, puzzle, errorOf('puzzle_code'))}
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
})}
${puzzle !== undefined && puzzleByCode(text, { ...puzzle, csrf: way.csrf, nationalCode: typed ?? '' })}`;
  const scripts = puzzle === undefined ? [] : [PUZZLE_SCRIPT];
  return wayPage(text, { ...way, heading: words.heading, errors, content, scripts });
}

function explain(text: Text, error: KnownPasswordError): FormError[] {
  switch (error.kind) {
    case 'fields':
      return [
        ...(error.nationalCode === 'missing'
          ? [{ field: 'national_code', message: text.signIn.nationalCodeMissing }]
          : []),
        ...(error.nationalCode === 'malformed'
          ? [{ field: 'national_code', message: text.signIn.nationalCodeMalformed }]
          : []),
        ...(error.password === 'missing' ? [{ field: 'password', message: text.signIn.passwordMissing }] : []),
      ];
    case 'wrong':
      return [{ field: 'national_code', message: text.recovery.knownPassword.wrong }];
    case 'puzzle-needed':
      return [{ message: text.signInSteps.puzzle.needed }];
    case 'puzzle-code-wrong':
      return [{ field: 'puzzle_code', message: text.signInSteps.puzzle.codeWrong }];
    case 'unavailable':
      return [{ message: text.enrolment.notNow }];
    case 'slow-down':
      return [{ message: text.recovery.slowDown(waitingTime(text, error.retryAfterMs)) }];
  }
}
