/** What operators fill in, beside the fields that citizens know. */
import { attributes, type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';

type Box = {
  /** Also its id, so it is there once on a page. */
  name: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value?: string | undefined;
};

type Line = Box & { dir?: 'ltr'; type?: 'text' | 'email' | 'tel'; maxLength?: number };

export function line(text: Text, { dir, type = 'text', maxLength = 254, ...box }: Line): Html {
  const { name, value } = box;
  const own = { class: 'input', id: name, name, type, value, dir, maxlength: maxLength, autocomplete: 'off' };
  return boxed(text, box, html`<input${attributes({ ...own, ...describedBy(box) })}>`);
}

export function paragraph(text: Text, { rows = 3, dir, ...box }: Box & { rows?: number; dir?: 'ltr' }): Html {
  const { name, value = '' } = box;
  const own = { class: 'input', id: name, name, rows, dir };
  return boxed(text, box, html`<textarea${attributes({ ...own, ...describedBy(box) })}>${value}</textarea>`);
}

export function choice(text: Text, box: Box & { options: readonly { value: string; label: string }[] }): Html {
  const { name, value } = box;
  const options = box.options.map(
    (option) =>
      html`<option${attributes({ value: option.value, selected: option.value === value })}>${option.label}</option>`,
  );
  return boxed(
    text,
    box,
    html`<select${attributes({ class: 'input', id: name, name, ...describedBy(box) })}>${options}</select>`,
  );
}

function describedBy({ name, hint, error }: Box) {
  const ids = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return { 'aria-describedby': ids === '' ? undefined : ids, 'aria-invalid': error === undefined ? undefined : 'true' };
}

function boxed(text: Text, { name, label, hint, error }: Box, input: Html): Html {
  return html`<div class="field${error !== undefined && ' field-with-error'}"><label for="${name}">${label}</label>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${error !== undefined && html`<p class="field-error" id="${name}-error"><span class="visually-hidden">${text.common.error} </span>${error}</p>`}
${input}</div>`;
}
