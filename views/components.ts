/** The parts that pages are made of. */
import { attributes, type Html, html, type Renderable, safeHref } from './html.ts';
import type { InBothLanguages, Text } from './text/text.ts';

/** What a form sends along unseen; the protocol's own forms bring their own names. */
export type HiddenField = { name: string; value: string };

/** The organisation that sent the citizen here, and the host name they go back to. */
export type Asker = { name: InBothLanguages; returnHost?: string | undefined };

/** `field` is the id of the input at fault; without it the message concerns the whole form. */
export type FormError = { field?: string; message: string };

/** A name that its owner chose, isolated so that its direction cannot disturb the sentence around it. */
export function isolated(text: Text, name: InBothLanguages): Html {
  return html`<bdi class="name">${name[text.language]}</bdi>`;
}

/** A host, code or reference: always left to right. */
export function machineWord(word: string): Html {
  return html`<bdi class="machine-word" dir="ltr">${word}</bdi>`;
}

export function errorSummary(text: Text, errors: readonly FormError[]): Html | undefined {
  if (errors.length === 0) return undefined;
  return html`<div class="error-summary" role="alert" aria-labelledby="error-summary-title">
<h2 class="error-summary-title" id="error-summary-title">${text.common.problems(errors.length)}</h2>
<ul>${errors.map(({ field, message }) =>
    field === undefined ? html`<li>${message}</li>` : html`<li><a href="#${field}">${message}</a></li>`,
  )}</ul>
</div>`;
}

export function whoIsAsking({ sentence, more }: { sentence: Html; more?: Html | undefined }): Html {
  return html`<div class="asker"><p>${sentence}</p>${more !== undefined && html`<p class="quiet">${more}</p>`}</div>`;
}

type Field = {
  name: string;
  label: string;
  hint?: string;
  error?: string | undefined;
  value?: string | undefined;
  type?: 'text' | 'password';
  autocomplete: string;
  inputmode?: 'numeric' | 'text';
  dir?: 'ltr' | 'rtl';
  /** How many characters the box is wide, where their number is known. */
  characters?: number;
  maxLength?: number;
  wantsFocus?: boolean;
};

export function field(text: Text, { name, label, hint, error, type = 'text', ...rest }: Field): Html {
  const describedBy = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  const input = attributes({
    class: rest.characters === undefined ? 'input' : `input input-${rest.characters}`,
    id: name,
    name,
    type,
    value: rest.value,
    autocomplete: rest.autocomplete,
    inputmode: rest.inputmode,
    dir: rest.dir,
    maxlength: rest.maxLength,
    autocapitalize: 'none',
    autocorrect: 'off',
    spellcheck: 'false',
    required: true,
    autofocus: rest.wantsFocus,
    'aria-describedby': describedBy === '' ? undefined : describedBy,
    'aria-invalid': error === undefined ? undefined : 'true',
  });
  return html`<div class="field${error !== undefined && ' field-with-error'}">
<label for="${name}">${label}</label>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${error !== undefined && html`<p class="field-error" id="${name}-error"><span class="visually-hidden">${text.common.error} </span>${error}</p>`}
<input${input}>
</div>`;
}

type Checkbox = { id: string; name: string; value: string; label: Renderable; hint?: Renderable; isChecked?: boolean };

export function checkbox({ id, name, value, label, hint, isChecked = false }: Checkbox): Html {
  const describedBy = hint === undefined ? undefined : `${id}-hint`;
  return html`<div class="checkbox">
<input${attributes({ id, type: 'checkbox', name, value, checked: isChecked, 'aria-describedby': describedBy })}>
<div class="checkbox-words"><label for="${id}">${label}</label>
${hint !== undefined && html`<div class="hint" id="${id}-hint">${hint}</div>`}</div>
</div>`;
}

type Button = {
  label: Renderable;
  kind?: 'primary' | 'secondary' | 'danger' | 'quiet';
  name?: string;
  value?: string;
};

export function button({ label, kind = 'primary', name, value }: Button): Html {
  return html`<button${attributes({ class: `button button-${kind}`, type: 'submit', name, value })}><span>${label}</span></button>`;
}

/** A link that leads on, drawn as a button. Nothing at all when the address is not one we lead to. */
export function linkButton({
  label,
  href,
  kind = 'primary',
}: {
  label: Renderable;
  href: string | undefined;
  kind?: 'primary' | 'secondary';
}): Html | undefined {
  const safe = safeHref(href);
  return safe === undefined
    ? undefined
    : html`<a class="button button-${kind}" href="${safe}"><span>${label}</span></a>`;
}

export function link({ label, href }: { label: Renderable; href: string | undefined }): Html | undefined {
  const safe = safeHref(href);
  return safe === undefined ? undefined : html`<a href="${safe}">${label}</a>`;
}

type Form = {
  action: string;
  csrf?: string | undefined;
  hidden?: readonly HiddenField[];
  id?: string;
  content: Renderable;
};

/** The browser's own checks are off: they speak the browser's language, and ours stand beside the field. */
export function form({ action, csrf, hidden = [], id, content }: Form): Html {
  const fields = csrf === undefined ? hidden : [{ name: 'csrf', value: csrf }, ...hidden];
  return html`<form${attributes({ id, method: 'post', action, novalidate: true })}>
${fields.map((each) => html`<input${attributes({ type: 'hidden', ...each })}>\n`)}${content}
</form>`;
}

export function notice({ kind, content }: { kind: 'information' | 'success' | 'warning'; content: Renderable }): Html {
  return html`<div${attributes({ class: `notice notice-${kind}`, role: kind === 'success' ? 'status' : undefined })}>${content}</div>`;
}

export function definitionList(items: readonly { term: Renderable; description: Renderable }[]): Html {
  return html`<dl>${items.map(({ term, description }) => html`<div><dt>${term}</dt><dd>${description}</dd></div>`)}</dl>`;
}
