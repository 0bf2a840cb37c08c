import { errorSummary, isolated, link, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { named } from '../approvals/list.ts';
import { moment } from '../moment.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { addressWith, consoleTable, type ListAddress, listFilters } from '../table.ts';
import { actDetails, type DetailShown } from './details.ts';

export type ActShown = {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  act: keyof Text['consoleAudit']['acts'];
  /** The system itself has none. */
  by: { id: string; name: string } | undefined;
  /** Whose role it is about. */
  person: string | undefined;
  organisation: { id: string; name: InBothLanguages | undefined } | undefined;
  /** A relying party or organisation; one that is not registered any more has no name. */
  about: { id: string; name: InBothLanguages | undefined } | undefined;
  details: readonly DetailShown[];
};

type Props = {
  frame: Frame;
  operator: ShownOperator;
  /** act, by, organisation, day, after. */
  address: ListAddress;
  people: readonly { id: string; name: string }[];
  acts: readonly ActShown[];
  next?: string | undefined;
  /** As it stands in the box: of the page's calendar, or what could not be read. */
  typedDay: string;
  isDayUnread: boolean;
};

/** What operators did, to be read and not to be changed. */
export function auditPage(
  text: Text,
  { frame, operator, address, people, acts, next, typedDay, isDayUnread }: Props,
): Html {
  const words = text.consoleAudit;
  const { query } = address;
  const problems = isDayUnread ? [{ field: 'day', message: words.notADay }] : [];
  const body = html`${errorSummary(text, problems)}<p>${words.what}</p>
${listFilters(text, {
  address,
  search: { name: 'organisation', value: query.organisation ?? '', label: words.organisation },
  days: [{ name: 'day', value: typedDay, label: words.day }],
  selects: [
    {
      name: 'by',
      label: words.columns.by,
      value: query.by ?? '',
      options: people.map(({ id, name }) => ({ value: id, label: name })),
    },
    {
      name: 'act',
      label: words.columns.act,
      value: query.act ?? '',
      options: Object.entries(words.acts).map(([value, label]) => ({ value, label })),
    },
  ],
})}
${consoleTable<ActShown>(text, {
  caption: words.heading,
  address,
  rows: acts,
  next,
  nothing: words.nothing,
  columns: [
    { label: words.columns.at, cell: ({ at }) => moment(text, at) },
    {
      label: words.columns.by,
      cell: ({ by }) =>
        by === undefined
          ? words.nobody
          : link({
              label: html`<bdi class="name">${by.name}</bdi>`,
              href: addressWith(address, { by: by.id, after: undefined }),
            }),
    },
    { label: words.columns.act, cell: ({ act }) => words.acts[act] },
    { label: words.columns.about, cell: (act) => about(text, act) },
    {
      label: words.columns.details,
      cell: ({ act, details }) => actDetails(text, act, details),
    },
    { label: words.columns.id, cell: ({ id }) => machineWord(id) },
  ],
})}`;
  return consolePage(text, { frame, operator, section: 'audit', heading: words.heading, hasErrors: isDayUnread }, body);
}

function about(text: Text, { person, organisation, about: subject }: ActShown): Html {
  const label =
    organisation?.name === undefined ? machineWord(organisation?.id ?? '') : isolated(text, organisation.name);
  return html`${person !== undefined && html`<bdi class="name">${person}</bdi> `}
${organisation !== undefined && link({ label, href: `/console/organisations/${encodeURIComponent(organisation.id)}` })}
${subject !== undefined && named(text, subject)}`;
}
