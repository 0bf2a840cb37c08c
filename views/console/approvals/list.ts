import { isolated, link, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { moment } from '../moment.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { consoleTable, type ListAddress, listFilters } from '../table.ts';

/** A person, or a service or organisation; one that is not registered any more has no name. */
type Named = { person: string } | { id: string; name: InBothLanguages | undefined };

export type ApprovalListed = {
  id: string;
  act: keyof Text['consoleApprovals']['acts'];
  about: Named;
  /** Whose service it is about, or for whom a role is. */
  organisation?: { id: string; name: InBothLanguages | undefined } | undefined;
  askedBy: Named;
  /** Milliseconds since 1970. */
  askedAt: number;
  state: keyof Text['consoleApprovals']['states'];
};

type Props = { frame: Frame; operator: ShownOperator; address: ListAddress; approvals: readonly ApprovalListed[] };

export function approvalList(text: Text, { frame, operator, address, approvals }: Props): Html {
  const { heading, what, nothing, columns, acts, states } = text.consoleApprovals;
  const options = Object.entries(states).map(([value, label]) => ({ value, label }));
  const body = html`<p>${what}</p>
${listFilters(text, { address, selects: [{ name: 'state', label: columns.state, value: address.query.state ?? '', options }] })}
${consoleTable(text, {
  caption: heading,
  address,
  rows: approvals,
  nothing,
  columns: [
    { label: columns.act, cell: ({ id, act }) => link({ label: acts[act], href: `/console/approvals/${id}` }) },
    { label: columns.about, cell: (each) => aboutWhat(text, each) },
    { label: columns.askedBy, cell: ({ askedBy }) => named(text, askedBy) },
    { label: columns.askedAt, cell: ({ askedAt }) => moment(text, askedAt) },
    { label: columns.state, cell: ({ state }) => html`<span class="tag">${states[state]}</span>` },
  ],
})}`;
  return consolePage(text, { frame, operator, section: 'approvals', heading }, body);
}

export function aboutWhat(text: Text, { about, organisation }: Pick<ApprovalListed, 'about' | 'organisation'>): Html {
  return html`${named(text, about)}${organisation !== undefined && html` (${organisation.name === undefined ? machineWord(organisation.id) : isolated(text, organisation.name)})`}`;
}

/** The id stands beside a name: of two services with one name somebody has to choose the right one. */
export function named(text: Text, about: Named): Html {
  if ('person' in about) return html`<bdi class="name">${about.person}</bdi>`;
  const id = machineWord(about.id);
  return about.name === undefined ? id : html`${isolated(text, about.name)} <span class="quiet">${id}</span>`;
}
