import { button, errorSummary, form } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { choice, line, paragraph } from '../fields.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { OPERATORS_PATH, roleOptions } from './page.ts';

export type GiveTyped = { nationalCode: string; role: string; organisation: string; why: string };

/** By field. */
export type GiveFaults = Partial<
  Record<'national_code' | 'role' | 'organisation' | 'why', keyof Text['consoleOperators']['faults']>
>;

type Props = { frame: Frame; operator: ShownOperator; typed?: GiveTyped; faults?: GiveFaults };

export function giveRole(text: Text, { frame, operator, typed, faults = {} }: Props): Html {
  const { give: words, faults: reasons } = text.consoleOperators;
  const error = (name: keyof GiveFaults) => {
    const fault = faults[name];
    return fault === undefined ? undefined : reasons[fault];
  };
  const fields = ['national_code', 'role', 'organisation', 'why'] as const;
  const errors = fields.flatMap((field) => {
    const message = error(field);
    return message === undefined ? [] : [{ field, message }];
  });
  const body = html`${errorSummary(text, errors)}<p>${words.what}</p>
${form({
  action: `${OPERATORS_PATH}/give`,
  csrf: operator.csrf,
  content: html`${line(text, { name: 'national_code', label: words.nationalCode, hint: words.nationalCodeHint, value: typed?.nationalCode, error: error('national_code'), dir: 'ltr', maxLength: 20 })}
${choice(text, { name: 'role', label: words.role, value: typed?.role, options: roleOptions(text), error: error('role') })}
${line(text, { name: 'organisation', label: words.organisation, hint: words.organisationHint, value: typed?.organisation, error: error('organisation'), dir: 'ltr', maxLength: 64 })}
${paragraph(text, { name: 'why', label: words.why, hint: words.whyHint, value: typed?.why, error: error('why') })}
${button({ label: words.submit })}`,
})}`;
  const heading = words.heading;
  return consolePage(text, { frame, operator, section: 'operators', heading, hasErrors: errors.length > 0 }, body);
}
