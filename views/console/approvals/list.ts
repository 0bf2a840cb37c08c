import { link } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { moment } from '../moment.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { consoleTable, type ListAddress, listFilters } from '../table.ts';

export type ApprovalListed = {
  id: string;
  act: keyof Text['consoleApprovals']['acts'];
  about: string;
  askedBy: string;
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
    { label: columns.about, cell: ({ about }) => html`<bdi>${about}</bdi>` },
    { label: columns.askedBy, cell: ({ askedBy }) => html`<bdi>${askedBy}</bdi>` },
    { label: columns.askedAt, cell: ({ askedAt }) => moment(text, askedAt) },
    { label: columns.state, cell: ({ state }) => html`<span class="tag">${states[state]}</span>` },
  ],
})}`;
  return consolePage(text, { frame, operator, section: 'approvals', heading }, body);
}
