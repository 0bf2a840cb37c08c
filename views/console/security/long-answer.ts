import { attributes, type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';

/** A box for a sentence or two. */
export function longAnswer(
  text: Text,
  {
    name,
    label,
    hint,
    error,
    value,
  }: { name: string; label: string; hint: string; error: string | undefined; value: string },
): Html {
  const describedBy = error === undefined ? `${name}-hint` : `${name}-hint ${name}-error`;
  const shown = {
    class: 'input',
    id: name,
    name,
    rows: 4,
    maxlength: 1000,
    required: true,
    'aria-describedby': describedBy,
    'aria-invalid': error === undefined ? undefined : 'true',
  };
  return html`<div class="field${error !== undefined && ' field-with-error'}"><label for="${name}">${label}</label>
<p class="hint" id="${name}-hint">${hint}</p>
${error !== undefined && html`<p class="field-error" id="${name}-error"><span class="visually-hidden">${text.common.error} </span>${error}</p>`}
<textarea${attributes(shown)}>${value}</textarea></div>`;
}
