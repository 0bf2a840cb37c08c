import { button, definitionList, errorSummary, form, linkButton } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { paragraph } from '../fields.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { OPERATORS_PATH, organisationLink, type RoleOfPerson } from './page.ts';

export type TakeAwayProps = {
  frame: Frame;
  operator: ShownOperator;
  role: RoleOfPerson;
  /** It is only asked for here. */
  takesTwo: boolean;
  problem?: 'missing' | undefined;
};

export function takeAwayRole(text: Text, { frame, operator, role, takesTwo, problem }: TakeAwayProps): Html {
  const { takeAway: words, columns, faults } = text.consoleOperators;
  const { citizenId, organisation } = role;
  const error = problem === undefined ? undefined : faults[problem];
  const errors = error === undefined ? [] : [{ field: 'why', message: error }];
  const named = { citizen: citizenId, role: role.role, organisation: organisation?.id ?? '' };
  const body = html`${errorSummary(text, errors)}
${definitionList([
  { term: columns.name, description: html`<bdi class="name">${role.name}</bdi>` },
  { term: columns.role, description: text.console.roles[role.role] },
  ...(organisation === undefined
    ? []
    : [{ term: columns.organisation, description: organisationLink(text, organisation) }]),
])}
<p>${takesTwo ? words.second : words.atOnce}</p>
${form({
  action: `${OPERATORS_PATH}/take-away`,
  csrf: operator.csrf,
  hidden: Object.entries(named).map(([name, value]) => ({ name, value })),
  content: html`${paragraph(text, { name: 'why', label: words.why, error })}
<div class="card-buttons">${button({ label: takesTwo ? words.ask : words.submit, kind: 'danger' })}${linkButton({ label: words.keep, href: OPERATORS_PATH, kind: 'secondary' })}</div>`,
})}`;
  return consolePage(
    text,
    { frame, operator, section: 'operators', heading: words.heading, hasErrors: errors.length > 0 },
    body,
  );
}
