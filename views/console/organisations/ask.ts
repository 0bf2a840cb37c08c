import { button, errorSummary, form } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { choice, line, paragraph } from '../fields.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { type ContactShown, contactFields } from './contacts.ts';

export type AskTyped = {
  id: string;
  nameFa: string;
  nameEn: string;
  kind: string;
  why: string;
  contacts: readonly ContactShown[];
};

type Props = {
  frame: Frame;
  operator: ShownOperator;
  typed?: AskTyped | undefined;
  /** By field, in words. */
  faults?: Readonly<Record<string, string>>;
};

/** Somebody whose organisation is not connected yet. */
export function askToConnect(text: Text, { frame, operator, typed, faults = {} }: Props): Html {
  const words = text.consoleOrganisations.ask;
  const errors = Object.entries(faults).map(([field, message]) => ({ field, message }));
  const kinds = Object.entries(text.console.kinds).map(([value, label]) => ({ value, label }));
  const body = html`${errorSummary(text, errors)}<p>${words.what}</p>
${form({
  action: '/console/ask',
  csrf: operator.csrf,
  content: html`${line(text, { name: 'id', label: words.existing, hint: words.existingHint, value: typed?.id, error: faults.id, dir: 'ltr', maxLength: 64 })}
${line(text, { name: 'name_fa', label: words.nameFa, value: typed?.nameFa, error: faults.name_fa })}
${line(text, { name: 'name_en', label: words.nameEn, value: typed?.nameEn, error: faults.name_en, dir: 'ltr' })}
${choice(text, { name: 'kind', label: words.kind, value: typed?.kind, options: kinds, error: faults.kind })}
${contactFields(text, { contacts: typed?.contacts ?? [], faults })}
${paragraph(text, { name: 'why', label: words.why, value: typed?.why, error: faults.why })}
${button({ label: words.submit })}`,
})}`;
  return consolePage(text, { frame, operator, heading: words.heading, hasErrors: errors.length > 0 }, body);
}
