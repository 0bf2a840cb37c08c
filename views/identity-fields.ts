/** National code and date of birth, as enrolment and recovery both ask for them. */
import { button, type FormError, field, form } from './components.ts';
import { attributes, type Html, html } from './html.ts';
import type { Text } from './text/text.ts';
import { waitingTime } from './waiting-time.ts';

type IdentityTyped = { nationalCode: string; day: string; month: string; year: string };

type IdentityFault = {
  nationalCode?: 'missing' | 'malformed' | undefined;
  birthDate?: 'missing' | 'malformed' | undefined;
};

export type IdentityError =
  | ({ kind: 'fields' } & IdentityFault)
  | { kind: 'no-match' | 'unavailable' }
  | { kind: 'slow-down'; retryAfterMs: number };

export type AskedIdentity = {
  action: string;
  typed?: IdentityTyped | undefined;
  error?: IdentityError | undefined;
};

export function identityForm(
  text: Text,
  { action, csrf, typed, errors }: AskedIdentity & { csrf: string; errors: readonly FormError[] },
): Html {
  return form({
    action,
    csrf,
    content: html`${identityFields(text, { typed, errors })}
<div class="actions">${button({ label: text.enrolment.next })}</div>`,
  });
}

export function explainIdentityError(
  text: Text,
  { error, slowDown }: { error: IdentityError | undefined; slowDown(wait: string): string },
): FormError[] {
  switch (error?.kind) {
    case undefined:
      return [];
    case 'fields':
      return explainIdentityFault(text, error);
    case 'no-match':
      return [{ field: 'national_code', message: text.enrolment.identity.noMatch }];
    case 'unavailable':
      return [{ message: text.enrolment.notNow }];
    case 'slow-down':
      return [{ message: slowDown(waitingTime(text, error.retryAfterMs)) }];
  }
}

function identityFields(
  text: Text,
  { typed, errors }: { typed: IdentityTyped | undefined; errors: readonly FormError[] },
): Html {
  const errorOf = (id: string) => errors.find((error) => error.field === id)?.message;
  return html`${field(text, {
    name: 'national_code',
    label: text.signIn.nationalCode,
    hint: text.signIn.nationalCodeHint,
    error: errorOf('national_code'),
    value: typed?.nationalCode,
    autocomplete: 'username',
    inputmode: 'numeric',
    dir: 'ltr',
    characters: 10,
    maxLength: 40,
    wantsFocus: errors.length === 0 && typed === undefined,
  })}
${birthDate(text, { typed, error: errorOf('birth_day') })}`;
}

function explainIdentityFault(text: Text, { nationalCode, birthDate }: IdentityFault): FormError[] {
  const codes = { missing: text.signIn.nationalCodeMissing, malformed: text.signIn.nationalCodeMalformed };
  const dates = {
    missing: text.enrolment.identity.birthDateMissing,
    malformed: text.enrolment.identity.birthDateMalformed,
  };
  return [
    ...(nationalCode === undefined ? [] : [{ field: 'national_code', message: codes[nationalCode] }]),
    ...(birthDate === undefined ? [] : [{ field: 'birth_day', message: dates[birthDate] }]),
  ];
}

/** Typed and not picked: everybody knows their own, and a calendar would start in another century. */
function birthDate(
  text: Text,
  { typed, error }: { typed: IdentityTyped | undefined; error: string | undefined },
): Html {
  const words = text.enrolment.identity;
  const describedBy = ['birth-hint', error !== undefined && 'birth-error'].filter(Boolean).join(' ');
  return html`<fieldset class="field${error !== undefined && ' field-with-error'}" aria-describedby="${describedBy}">
<legend>${words.birthDate}</legend>
<p class="hint" id="birth-hint">${words.birthDateHint}</p>
${error !== undefined && html`<p class="field-error" id="birth-error"><span class="visually-hidden">${text.common.error} </span>${error}</p>`}
<div class="date-parts">
${datePart({ id: 'birth_day', label: words.day, value: typed?.day, characters: 2, isWrong: error !== undefined })}
${datePart({ id: 'birth_month', label: words.month, value: typed?.month, characters: 2, isWrong: error !== undefined })}
${datePart({ id: 'birth_year', label: words.year, value: typed?.year, characters: 4, isWrong: error !== undefined })}
</div>
</fieldset>`;
}

type DatePart = { id: string; label: string; value: string | undefined; characters: 2 | 4; isWrong: boolean };

/** Browsers know birthdays in the Gregorian calendar alone, so they are not asked to fill this in. */
function datePart({ id, label, value, characters, isWrong }: DatePart): Html {
  const input = attributes({
    class: `input input-${characters}`,
    id,
    name: id,
    type: 'text',
    value,
    autocomplete: 'off',
    inputmode: 'numeric',
    dir: 'ltr',
    maxlength: 10,
    required: true,
    'aria-invalid': isWrong ? 'true' : undefined,
  });
  return html`<div><label for="${id}">${label}</label><input${input}></div>`;
}
