import { button, definitionList, errorSummary, field, form, link, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import { formatNumber } from '../../numbers.ts';
import type { Text } from '../../text/text.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage } from '../relying-parties/page.ts';
import { moment } from '../security/moment.ts';
import { consoleTable } from '../table.ts';
import { toCopy } from '../to-copy.ts';

type ShownRun = {
  id: string;
  state: keyof Text['acceptance']['states'];
  askedAt: number;
  brokenWhy?: string | undefined;
};
type ShownResult = {
  caseId: string;
  verdict: keyof Text['acceptance']['verdicts'];
  seen: string;
  detail?: string | undefined;
  exchange: readonly { asked: string; posted?: string | undefined; answered: string }[];
};
export type AcceptanceProps = RelyingPartyFrame & {
  issuer: string;
  setup: { startUrl: string; signedInUrl: string };
  /** Whether the two addresses are saved: before that there is nothing to start. */
  isSetUp: boolean;
  refused?: readonly ('start_url' | 'signed_in_url')[];
  problem?: 'tooMany' | 'noSetup' | undefined;
  isLapsed: boolean;
  run?: (ShownRun & { results: readonly ShownResult[] }) | undefined;
  casesInAll: number;
  /** Others read it. */
  mayRun: boolean;
  history: readonly ShownRun[];
};

/** One relying party's acceptance: where to try it, a button, what was seen, and what came before. */
export function acceptancePage(text: Text, props: AcceptanceProps): Html {
  const { operator, relyingParty, issuer, refused = [], problem, isLapsed, run, history, mayRun, isSetUp } = props;
  const words = text.acceptance;
  const path = partOf(relyingParty.clientId, 'acceptance');
  const body = html`${errorSummary(
    text,
    refused.map((member) => ({ field: member, message: words.refused })),
  )}
${problem !== undefined && notice({ kind: 'warning', content: words[problem] })}
${isLapsed && notice({ kind: 'warning', content: words.lapsed })}
${
  mayRun &&
  html`<div class="not-printed"><p>${words.lead}</p>
${toCopy(issuer)}
${isSetUp && form({ action: `${path}/run`, csrf: operator.csrf, content: html`<div class="actions">${button({ label: words.start })}</div>` })}</div>`
}
${run !== undefined && report(text, run, props)}
${mayRun && setupForm(text, props)}
<section class="not-printed"><h2>${words.history}</h2>
${consoleTable(text, {
  caption: words.history,
  rows: history,
  address: { path, query: {} },
  nothing: words.none,
  columns: [
    { label: words.columns.when, cell: ({ askedAt }) => moment(text, askedAt) },
    {
      label: words.columns.state,
      cell: ({ id, state }) => link({ label: words.states[state], href: `${path}?run=${id}` }),
    },
  ],
})}</section>`;
  return relyingPartyPage(
    text,
    {
      ...{ ...props, tab: 'acceptance', heading: words.heading, hasErrors: refused.length > 0 },
      scripts: run === undefined ? [] : ['/assets/print-page.js'],
    },
    body,
  );
}

function report(
  text: Text,
  run: NonNullable<AcceptanceProps['run']>,
  { casesInAll, relyingParty }: AcceptanceProps,
): Html {
  const words = text.acceptance;
  const count = (many: number) => formatNumber(text.language, many);
  return html`<section><h2>${words.latest}</h2>
${definitionList([
  { term: words.columns.state, description: words.states[run.state] },
  { term: words.columns.when, description: moment(text, run.askedAt) },
])}
<p>${words.progress(count(run.results.length), count(casesInAll))}</p>
<p><button type="button" class="button button-secondary" data-prints="page" hidden><span>${words.print}</span></button></p>
${run.brokenWhy !== undefined && html`<p>${words.brokenWhys[run.brokenWhy]}</p>`}
${consoleTable(text, {
  caption: words.latest,
  rows: run.results,
  address: { path: partOf(relyingParty.clientId, 'acceptance'), query: { run: run.id } },
  nothing: words.none,
  columns: [
    {
      label: words.columns.case,
      cell: ({ caseId }) => html`${text.acceptanceCases.cases[caseId]?.name} ${machineWord(caseId)}`,
    },
    { label: words.columns.verdict, cell: ({ verdict }) => html`<span class="tag">${words.verdicts[verdict]}</span>` },
    {
      label: words.columns.seen,
      cell: ({ seen, detail }) => html`${words.seen[seen]}${detail !== undefined && html` ${machineWord(detail)}`}`,
    },
    ...(run.results.some(needsMending)
      ? [{ label: words.columns.mend, cell: (result: ShownResult) => mend(text, result) }]
      : []),
  ],
})}</section>`;
}

/** What passed needs no advice; the rest has it, with what went over the wire. */
function mend(text: Text, result: ShownResult): Html {
  if (!needsMending(result)) return html``;
  const { caseId, exchange } = result;
  return html`${text.acceptanceCases.cases[caseId]?.mend}
${exchange.length > 0 && html`<details><summary>${text.acceptance.exchange}</summary><ol>${exchange.map(({ asked, posted, answered }) => html`<li><code dir="ltr">${asked}${posted !== undefined && html` (${posted})`} · ${answered}</code></li>`)}</ol></details>`}`;
}

function needsMending({ verdict }: ShownResult): boolean {
  return verdict === 'failed' || verdict === 'not-tried';
}

function setupForm(text: Text, { relyingParty, operator, setup, isSetUp, refused = [] }: AcceptanceProps): Html {
  const words = text.acceptance;
  const address = (name: 'start_url' | 'signed_in_url', about: { label: string; hint: string; value: string }) =>
    field(text, {
      name,
      ...about,
      error: refused.includes(name) ? words.refused : undefined,
      autocomplete: 'off',
      dir: 'ltr',
      maxLength: 2000,
    });
  const content = html`${address('start_url', { label: words.startUrl, hint: words.startHint, value: setup.startUrl })}
${address('signed_in_url', { label: words.signedInUrl, hint: words.signedInHint, value: setup.signedInUrl })}
<div class="actions">${button({ label: words.save, kind: isSetUp ? 'secondary' : 'primary' })}</div>`;
  return html`<section class="not-printed"><h2>${words.setup}</h2>
${form({ action: partOf(relyingParty.clientId, 'acceptance'), csrf: operator.csrf, content })}</section>`;
}
