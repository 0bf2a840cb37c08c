import { link, linkButton, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { moment } from '../moment.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { type Column, consoleTable, type ListAddress, listFilters } from '../table.ts';
import { OPERATORS_PATH, organisationLink, type RoleOfPerson, roleOptions } from './page.ts';

/** Milliseconds since 1970. */
type OperatorListed = RoleOfPerson & { grantedAt: number; grantedBy: string };

type Props = {
  frame: Frame;
  operator: ShownOperator;
  address: ListAddress;
  operators: readonly OperatorListed[];
  next?: string | undefined;
  mayChange: boolean;
  said?: keyof Text['consoleOperators']['said'] | undefined;
};

/** Who has which role, for which organisation. */
export function operatorList(text: Text, { frame, operator, address, said, mayChange, ...list }: Props): Html {
  const words = text.consoleOperators;
  const { columns } = words;
  const takeAway: Column<OperatorListed> = {
    label: columns.change,
    cell: (each) => link({ label: words.takeAway.link, href: takeAwayHref(each) }),
  };
  const body = html`${said !== undefined && notice({ kind: 'success', content: html`<p>${words.said[said]}</p>` })}
<p>${words.what}</p>
${mayChange && html`<p class="actions">${linkButton({ label: words.give.link, href: `${OPERATORS_PATH}/give` })}</p>`}
${listFilters(text, {
  address,
  search: { name: 'organisation', value: address.query.organisation ?? '', label: words.organisationHint },
  selects: [{ name: 'role', label: columns.role, value: address.query.role ?? '', options: roleOptions(text) }],
})}
${consoleTable<OperatorListed>(text, {
  caption: words.heading,
  address,
  rows: list.operators,
  next: list.next,
  hasCsv: true,
  nothing: words.nothing,
  columns: [
    { label: columns.name, cell: ({ name }) => html`<bdi class="name">${name}</bdi>` },
    { label: columns.role, cell: ({ role }) => text.console.roles[role] },
    {
      label: columns.organisation,
      cell: ({ organisation }) => (organisation === undefined ? '–' : organisationLink(text, organisation)),
    },
    { label: columns.grantedAt, cell: ({ grantedAt }) => moment(text, grantedAt) },
    { label: columns.grantedBy, cell: ({ grantedBy }) => html`<bdi>${grantedBy}</bdi>` },
    ...(mayChange ? [takeAway] : []),
  ],
})}`;
  return consolePage(text, { frame, operator, section: 'operators', heading: words.heading }, body);
}

function takeAwayHref({ citizenId, role, organisation }: RoleOfPerson): string {
  const about = organisation === undefined ? {} : { organisation: organisation.id };
  return `${OPERATORS_PATH}/take-away?${new URLSearchParams({ citizen: citizenId, role, ...about })}`;
}
