import { isolated, link, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { dateTag } from '../relying-parties/page.ts';
import { consoleTable, type ListAddress, listFilters, type SortedBy } from '../table.ts';

type ListedOrganisationShown = {
  id: string;
  name: InBothLanguages;
  kind: keyof Text['console']['kinds'];
  stage: keyof Text['console']['stages'];
  /** When it came to this stage; milliseconds since 1970. */
  since: number;
};

type Props = {
  frame: Frame;
  operator: ShownOperator;
  address: ListAddress;
  organisations: readonly ListedOrganisationShown[];
  sorted?: SortedBy | undefined;
  next?: string | undefined;
  mayImport: boolean;
};

export function organisationList(
  text: Text,
  { frame, operator, address, organisations, sorted, next, mayImport }: Props,
): Html {
  const words = text.consoleOrganisations;
  const { kinds, stages } = text.console;
  const optionsOf = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([value, label]) => ({ value, label }));
  const body = html`<p>${words.what} ${mayImport && link({ label: words.import, href: '/console/organisations/import' })}</p>
${listFilters(text, {
  address,
  search: { value: address.query.q ?? '', label: words.searchLabel },
  selects: [
    { name: 'kind', label: words.columns.kind, value: address.query.kind ?? '', options: optionsOf(kinds) },
    { name: 'stage', label: words.columns.stage, value: address.query.stage ?? '', options: optionsOf(stages) },
  ],
})}
${consoleTable(text, {
  caption: words.heading,
  address,
  rows: organisations,
  sorted,
  next,
  hasCsv: true,
  nothing: words.nothing,
  columns: [
    {
      label: words.columns.name,
      sortKey: 'name',
      cell: ({ id, name }) =>
        link({ label: isolated(text, name), href: `/console/organisations/${encodeURIComponent(id)}` }),
    },
    { label: words.columns.kind, cell: ({ kind }) => kinds[kind] },
    {
      label: words.columns.stage,
      sortKey: 'stage',
      cell: ({ stage }) => html`<span class="tag tag-${stage}">${stages[stage]}</span>`,
    },
    { label: words.columns.since, sortKey: 'since', cell: ({ since }) => dateTag(text, since) },
    { label: words.columns.id, cell: ({ id }) => machineWord(id) },
  ],
})}`;
  return consolePage(text, { frame, operator, section: 'organisations', heading: words.heading }, body);
}
