import { isolated, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { partOf } from '../relying-parties/page.ts';
import { consoleTable } from '../table.ts';
import { type SourceState, saidBy } from './source.ts';

type SourceListed = {
  clientId: string;
  name: InBothLanguages | undefined;
  organisation: InBothLanguages | undefined;
  issuer: string;
  claims: readonly (keyof Text['consoleSources']['said'])[];
  state: SourceState;
};

type Props = { frame: Frame; operator: ShownOperator; sources: readonly SourceListed[] };

export function sourceList(text: Text, { frame, operator, sources }: Props): Html {
  const words = text.consoleSources;
  const body = html`<p>${words.what}</p>
${consoleTable<SourceListed>(text, {
  caption: words.caption,
  address: { path: '/console/sources', query: {} },
  rows: sources,
  nothing: words.nothing,
  columns: [
    {
      label: words.service,
      cell: ({ clientId, name }) =>
        html`<a href="${partOf(clientId, 'source')}">${name === undefined ? machineWord(clientId) : isolated(text, name)}</a>`,
    },
    {
      label: text.relyingParties.organisation,
      cell: ({ organisation }) => organisation && isolated(text, organisation),
    },
    { label: words.issuer, cell: ({ issuer }) => machineWord(issuer) },
    { label: words.claims, cell: ({ claims }) => saidBy(text, claims) },
    { label: words.state, cell: ({ state }) => html`<span class="tag">${words.states[state]}</span>` },
  ],
})}`;
  return consolePage(text, { frame, operator, section: 'sources', heading: words.heading }, body);
}
