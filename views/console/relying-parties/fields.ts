/** Fields of the console's longer forms: of many lines, to choose from, and with what a check found beside each value. */
import { machineWord } from '../../components.ts';
import { attributes, type Html, html, type Renderable } from '../../html.ts';
import type { Text } from '../../text/text.ts';

/** What was found about one value of a field; without a reason it is fine. */
export type Finding = { value: string; reason?: string | undefined; isWarning?: boolean; detail?: string | undefined };

type Common = {
  name: string;
  label: Renderable;
  hint?: Renderable;
  error?: string | undefined;
  findings?: readonly Finding[] | undefined;
};

type Line = Common & {
  value: string;
  type?: 'text' | 'date' | 'number';
  dir?: 'ltr' | 'rtl' | undefined;
  /** A script may check the addresses in it while they are typed. */
  uriKind?: string;
};

export function lineField(text: Text, { value, type = 'text', dir, uriKind, ...common }: Line): Html {
  const { name } = common;
  return around(
    text,
    common,
    html`<input${attributes({ class: 'input', id: name, name, type, value, dir, ...described(common), ...checkedAs(uriKind) })}>`,
  );
}

export function linesField(text: Text, { value, rows, ...common }: Omit<Line, 'type'> & { rows: number }): Html {
  const { name, dir, uriKind } = common;
  return around(
    text,
    common,
    // A line break right after the tag would be swallowed, so one of ours stands there.
    html`<textarea${attributes({ class: 'input', id: name, name, rows, dir, ...described(common), ...checkedAs(uriKind) })}>
${value}</textarea>`,
  );
}

type Choice = { value: string; label: string; hint?: string | undefined };

export function selectField(
  text: Text,
  { value, choices, ...common }: Common & { value: string; choices: readonly Choice[] },
): Html {
  const { name } = common;
  return around(
    text,
    common,
    html`<select${attributes({ class: 'input', id: name, name, ...described(common) })}>${choices.map(
      (choice) =>
        html`<option${attributes({ value: choice.value, selected: choice.value === value })}>${choice.label}</option>`,
    )}</select>`,
  );
}

export function radioField(
  text: Text,
  { name, label, error, value, choices }: Common & { value: string; choices: readonly Choice[] },
): Html {
  return html`<fieldset class="field${error !== undefined && ' field-with-error'}" id="${name}">
<legend>${label}</legend>
${error !== undefined && html`<p class="field-error" id="${name}-error"><span class="visually-hidden">${text.common.error} </span>${error}</p>`}
<div class="radios">${choices.map((choice) => {
    const id = `${name}-${choice.value}`;
    const hintId = choice.hint === undefined ? undefined : `${id}-hint`;
    return html`<div class="radio"><input${attributes({ type: 'radio', id, name, value: choice.value, checked: choice.value === value, 'aria-describedby': hintId })}>
<div><label for="${id}">${choice.label}</label>${choice.hint !== undefined && html`<p class="hint" id="${hintId}">${choice.hint}</p>`}</div></div>`;
  })}</div>
</fieldset>`;
}

function around(text: Text, { name, label, hint, error, findings }: Common, input: Html): Html {
  return html`<div class="field${error !== undefined && ' field-with-error'}">
<label for="${name}">${label}</label>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${error !== undefined && html`<p class="field-error" id="${name}-error"><span class="visually-hidden">${text.common.error} </span>${error}</p>`}
${input}
<ul class="findings" id="${name}-findings" aria-live="polite">${findings?.map((finding) => found(text, finding))}</ul>
</div>`;
}

function described({ name, hint, error }: Common) {
  const ids = [hint !== undefined && `${name}-hint`, error !== undefined && `${name}-error`].filter(Boolean);
  return {
    'aria-describedby': ids.length === 0 ? undefined : ids.join(' '),
    'aria-invalid': error === undefined ? undefined : 'true',
    autocomplete: 'off',
    spellcheck: 'false',
  };
}

function checkedAs(uriKind: string | undefined) {
  return { 'data-uri-kind': uriKind };
}

function found(text: Text, { value, reason, isWarning = false, detail }: Finding): Html {
  const { fine, warning } = text.registrationForm;
  const kind = isWarning ? 'warning' : 'error';
  return html`<li class="finding finding-${reason === undefined ? 'fine' : kind}">${machineWord(value)}: ${
    reason === undefined ? fine : html`${isWarning && html`${warning} `}${reasonWords(text, reason)}`
  }${detail !== undefined && html` ${machineWord(detail)}`}</li>`;
}

/** Why a value is not accepted, in words. */
export function reasonWords({ registrationForm: { reasons, otherReason } }: Text, reason: string): string {
  return (Object.hasOwn(reasons, reason) ? reasons[reason] : undefined) ?? otherReason;
}
