import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { moment } from '../moment.ts';
import { consoleTable } from '../table.ts';
import { whyShown } from '../why-shown.ts';
import { partOf } from './page.ts';

/** Something that was asked of a second person about this service. Milliseconds since 1970. */
export type RequestShown = {
  act: keyof Text['consoleApprovals']['acts'];
  state: keyof Text['consoleApprovals']['states'];
  askedAt: number;
  why: string;
  /** What whoever decided says; `overtaken` where nobody had to. */
  decided?: { why: string } | 'overtaken' | undefined;
};

/** What became of what was asked for, for those who asked. */
export function requestsPart(text: Text, clientId: string, requests: readonly RequestShown[]): Html | undefined {
  if (requests.length === 0) return undefined;
  const { columns, acts, states, why, decide } = text.consoleApprovals;
  const words = text.relyingParties.requests;
  return html`<section aria-labelledby="requests"><h2 id="requests">${words.heading}</h2>
${consoleTable<RequestShown>(text, {
  caption: words.heading,
  address: { path: partOf(clientId, 'overview'), query: {} },
  rows: requests,
  nothing: '',
  columns: [
    { label: columns.act, cell: ({ act }) => acts[act] },
    { label: columns.askedAt, cell: ({ askedAt }) => moment(text, askedAt) },
    { label: why, cell: (request) => whyShown(text, request.why) },
    { label: columns.state, cell: ({ state }) => html`<span class="tag">${states[state]}</span>` },
    {
      label: words.answer,
      cell: ({ decided }) =>
        decided === 'overtaken' ? decide.errors.overtaken : decided && html`<bdi>${decided.why}</bdi>`,
    },
  ],
})}</section>`;
}
