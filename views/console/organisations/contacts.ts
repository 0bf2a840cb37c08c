import { button, definitionList, form, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { line } from '../fields.ts';

type ContactRole = keyof Text['consoleOrganisations']['contacts']['roles'];

export type ContactShown = { role: ContactRole; name: string; email: string; phone: string };

type Typed = { contacts: readonly ContactShown[]; faults: Readonly<Record<string, string>> };

/** Whom to call. Staff change it, others read it. */
export function contactsPart(
  text: Text,
  { path, csrf, mayChange, ...typed }: Typed & { path: string; csrf: string; mayChange: boolean },
): Html {
  const words = text.consoleOrganisations.contacts;
  const shown = typed.contacts.map(({ role, name, email, phone }) => ({
    term: words.roles[role],
    description: html`<bdi class="name">${name}</bdi><br>${machineWord(email)}<br>${machineWord(phone)}`,
  }));
  const change = () =>
    form({
      action: `${path}/contacts`,
      csrf,
      content: html`<p class="hint">${words.hint}</p>${contactFields(text, typed)}${button({ label: words.submit, kind: 'secondary' })}`,
    });
  return html`<section><h2>${words.heading}</h2>
${typed.contacts.length === 0 ? html`<p>${words.none}</p>` : definitionList(shown)}
${mayChange && html`<details${typed.contacts.length === 0 && html` open`}><summary>${words.change}</summary>${change()}</details>`}</section>`;
}

/** Three boxes for each role; also where an organisation asks to be connected. */
export function contactFields(text: Text, { contacts, faults }: Typed): Html {
  const words = text.consoleOrganisations.contacts;
  const roles = Object.keys(words.roles) as ContactRole[];
  return html`${roles.map((role) => {
    const known = contacts.find((contact) => contact.role === role);
    return html`<fieldset class="contact"><legend>${words.roles[role]}</legend>
${line(text, { name: `${role}_name`, label: words.name, value: known?.name, error: faults[`${role}_name`] })}
${line(text, { name: `${role}_email`, label: words.email, value: known?.email, error: faults[`${role}_email`], type: 'email', dir: 'ltr' })}
${line(text, { name: `${role}_phone`, label: words.phone, value: known?.phone, error: faults[`${role}_phone`], type: 'tel', dir: 'ltr' })}</fieldset>`;
  })}`;
}
