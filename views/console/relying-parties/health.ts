import { button, definitionList, field, form, link, machineWord, notice } from '../../components.ts';
import { type Html, html, type Renderable } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { waitingTime } from '../../waiting-time.ts';
import { consoleTable } from '../table.ts';
import { type DayShown, errorDays } from './error-days.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage, timeTag } from './page.ts';

type Rate = { owed: number; waiting: number; dead: number; successRate?: number | undefined };

/** Redacted: a value only where it tells nothing of anybody and opens nothing. */
type FailureShown = {
  reference: string;
  /** Milliseconds since 1970. */
  at: number;
  endpoint: string;
  reason: string;
  parameters: Readonly<Record<string, string | null>>;
};

type ErrorShown = { reason: string; count: number; lastAt: number };

/** Milliseconds since 1970; `href` leads to the report. */
export type AcceptanceShown = {
  state: keyof Text['relyingPartyHealth']['acceptanceStates'];
  endedAt?: number | undefined;
  graceUntil?: number | undefined;
  href: string;
};

type HealthProps = RelyingPartyFrame & {
  lastSignInAt?: number | undefined;
  lastTokenAt?: number | undefined;
  errors: readonly ErrorShown[];
  days: readonly DayShown[];
  /** Undefined where no key set is fetched; null where it could not be. */
  keySetAgeMs?: number | null | undefined;
  keyNotices: readonly { notice: string; noticedAt: number }[];
  logout: { takesPart: boolean; month: Rate; day: Rate };
  acceptance: AcceptanceShown;
  mayLookUp: boolean;
  looked?: { reference: string; found: FailureShown | undefined } | undefined;
  /** Newest first; requests to the token endpoint show nobody a reference. */
  failures: readonly FailureShown[];
};

export function relyingPartyHealthPage(text: Text, props: HealthProps): Html {
  const words = text.relyingPartyHealth;
  return relyingPartyPage(text, { ...props, tab: 'health', heading: words.heading }, [
    definitionList(facts(text, props)),
    props.keyNotices.length === 0
      ? undefined
      : notice({
          kind: 'warning',
          content: html`<ul>${props.keyNotices.map(
            (each) => html`<li>${words.notices[each.notice] ?? each.notice} (${timeTag(text, each.noticedAt)})</li>`,
          )}</ul>`,
        }),
    html`<section aria-labelledby="errors"><h2 id="errors">${words.errors}</h2>
${props.errors.length === 0 ? html`<p>${words.noErrors}</p>` : [errorDays(text, props.days), errorTable(text, props)]}</section>`,
    props.mayLookUp ? lookUp(text, props) : undefined,
    props.mayLookUp && props.failures.length > 0 ? recent(text, props) : undefined,
  ]);
}

function facts(text: Text, props: HealthProps): { term: Renderable; description: Renderable }[] {
  const words = text.relyingPartyHealth;
  const time = (at: number | undefined) => (at === undefined ? words.never : timeTag(text, at));
  const { keySetAgeMs, logout } = props;
  return [
    { term: words.lastSignIn, description: time(props.lastSignInAt) },
    { term: words.lastToken, description: time(props.lastTokenAt) },
    ...(keySetAgeMs === undefined
      ? []
      : [
          {
            term: words.keySetAge,
            description: keySetAgeMs === null ? words.noKeySet : waitingTime(text, keySetAgeMs),
          },
        ]),
    {
      term: words.logout,
      description: logout.takesPart
        ? [rate(text, logout.day, words.lastDay), text.common.listSeparator, rate(text, logout.month, words.lastMonth)]
        : words.takesNoPart,
    },
    { term: words.acceptance, description: acceptance(text, props.acceptance) },
  ];
}

function acceptance(text: Text, { state, endedAt, graceUntil, href }: AcceptanceShown): Renderable {
  const words = text.relyingPartyHealth;
  const label = words.acceptanceStates[state];
  return [
    link({ label, href }),
    endedAt !== undefined && html` <span class="quiet">${words.lastRun(timeTag(text, endedAt))}</span>`,
    graceUntil !== undefined && html` <span class="quiet">${words.graceUntil(timeTag(text, graceUntil))}</span>`,
  ];
}

function rate(text: Text, { owed, waiting, dead, successRate }: Rate, period: string): Renderable {
  const words = text.relyingPartyHealth;
  const number = (count: number) => text.common.number(count);
  if (owed === 0) return `${words.noLogouts} (${period})`;
  const said = successRate === undefined ? number(0) : words.percent(number(Math.round(successRate * 100)));
  return [
    words.logoutRate(said, period),
    waiting > 0 && [text.common.listSeparator, words.waiting(number(waiting))],
    dead > 0 && [text.common.listSeparator, words.dead(number(dead))],
  ];
}

function errorTable(text: Text, { relyingParty, errors }: HealthProps): Html {
  const words = text.relyingPartyHealth;
  return consoleTable<ErrorShown>(text, {
    caption: words.errors,
    address: { path: partOf(relyingParty.clientId, 'health'), query: {} },
    rows: errors,
    nothing: words.noErrors,
    columns: [
      { label: words.reason, cell: ({ reason }) => nameOf(text, reason) },
      { label: words.count, cell: ({ count }) => text.common.number(count), isNumber: true },
      { label: words.lastAt, cell: ({ lastAt }) => timeTag(text, lastAt) },
      { label: words.howToMend, cell: ({ reason }) => words.reasons[reason]?.mend ?? '' },
    ],
  });
}

/** By POST: a reference is nobody's secret, but has no business in logs of addresses either. */
function lookUp(text: Text, { relyingParty, operator, looked }: HealthProps): Html {
  const words = text.relyingPartyHealth;
  return html`<section class="form-part" aria-labelledby="look-up"><h2 id="look-up">${words.lookUp}</h2>
${form({
  action: partOf(relyingParty.clientId, 'health'),
  csrf: operator.csrf,
  content: html`${field(text, { name: 'reference', label: words.reference, hint: words.referenceHint, value: looked?.reference, autocomplete: 'off', dir: 'ltr', characters: 10, maxLength: 20 })}
${button({ label: words.find, kind: 'secondary' })}`,
})}
${looked !== undefined && (looked.found === undefined ? notice({ kind: 'warning', content: html`<p>${words.notFound}</p>` }) : failure(text, looked.found))}</section>`;
}

function recent(text: Text, { failures }: HealthProps): Html {
  return html`<section aria-labelledby="recent"><h2 id="recent">${text.relyingPartyHealth.recent}</h2>
${failures.map((each) => html`<details><summary>${nameOf(text, each.reason)}, ${timeTag(text, each.at)}</summary>${failure(text, each)}</details>`)}</section>`;
}

function failure(text: Text, { reference, at, endpoint, reason, parameters }: FailureShown): Html {
  const words = text.relyingPartyHealth;
  return html`<div class="reference">${definitionList([
    { term: words.reference, description: machineWord(reference) },
    { term: words.at, description: timeTag(text, at) },
    { term: words.endpoint, description: machineWord(endpoint) },
    { term: words.reason, description: nameOf(text, reason) },
    { term: words.howToMend, description: words.reasons[reason]?.mend ?? '' },
  ])}
<h3>${words.sent}</h3>
${definitionList(
  Object.entries(parameters).map(([name, value]) => ({
    term: machineWord(name),
    description: value === null ? html`<span class="quiet">${words.hidden}</span>` : machineWord(value),
  })),
)}</div>`;
}

function nameOf({ relyingPartyHealth }: Text, reason: string): string {
  return relyingPartyHealth.reasons[reason]?.name ?? reason;
}
