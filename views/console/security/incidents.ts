import { link, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { consoleTable, listFilters } from '../table.ts';
import { moment } from './moment.ts';
import { type PersonShown, person } from './person.ts';

type IncidentState = keyof Text['consoleSecurity']['incidents']['states'];

export type IncidentLine = {
  id: string;
  reference: string;
  reportedAt: number;
  state: IncidentState;
  by: PersonShown | undefined;
};

type IncidentsProps = {
  frame: Frame;
  operator: ShownOperator;
  /** Those that are open where it is ''. */
  state: IncidentState | '';
  incidents: readonly IncidentLine[];
  next: string | undefined;
  after: string;
};

export function incidentsPage(text: Text, { frame, operator, state, incidents, next, after }: IncidentsProps): Html {
  const words = text.consoleSecurity.incidents;
  const address = { path: '/console/incidents', query: { state, after } };
  const options = (Object.keys(words.states) as IncidentState[]).map((value) => ({
    value,
    label: words.states[value],
  }));
  const body = html`<p>${words.what}</p>
${listFilters(text, { address, selects: [{ name: 'state', label: words.state, value: state, options, all: words.open }] })}
${consoleTable(text, {
  caption: words.heading,
  columns: [
    {
      label: words.columns.reference,
      cell: ({ id, reference }) => link({ label: machineWord(reference), href: `/console/incidents/${id}` }),
    },
    { label: words.columns.reported, cell: ({ reportedAt }) => moment(text, reportedAt) },
    { label: words.columns.state, cell: (line) => words.states[line.state] },
    { label: words.columns.by, cell: ({ by }) => by !== undefined && person(text, by) },
  ],
  rows: incidents,
  address,
  next,
  nothing: words.none,
})}`;
  return consolePage(text, { frame, operator, section: 'incidents', heading: words.heading }, body);
}
