import { button, form, isolated, machineWord } from '../components.ts';
import { formatDate, formatTime, machineTime } from '../dates.ts';
import { attributes, type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { accountPage } from './page.ts';

type ActivityEvent = keyof Text['account']['activity']['events'];
type ActivityKind = keyof Text['account']['activity']['kinds'];

export type ActivityLine = {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  event: ActivityEvent;
  service: InBothLanguages | undefined;
  details: Readonly<Record<string, string | number | boolean | undefined>>;
};

type ActivityProps = {
  frame: Frame;
  csrf: string;
  /** Reports the event of the field `event`. */
  notMeAction: string;
  /** All of them where undefined. */
  kind: ActivityKind | undefined;
  /** Newest first. */
  lines: readonly ActivityLine[];
  isFirstPage: boolean;
  olderHref: string | undefined;
};

export function activity(text: Text, props: ActivityProps): Html {
  const words = text.account.activity;
  const content = html`<p>${words.what}</p>
${filter(text, props.kind)}
${props.lines.length === 0 ? html`<p>${words.none}</p>` : byDay(text, props)}
<p class="link-row">${!props.isFirstPage && html`<a href="${hrefOf(props.kind)}">${words.newest}</a>`} ${props.olderHref !== undefined && html`<a href="${props.olderHref}" rel="next">${words.older}</a>`}</p>
<p class="link-row"><a href="/account/activity.json">${words.download}</a></p>`;
  return accountPage(text, { frame: props.frame, section: 'activity', heading: words.heading, content });
}

function filter(text: Text, chosen: ActivityKind | undefined): Html {
  const { kinds, everything, filterLabel } = text.account.activity;
  const choices: (readonly [ActivityKind | undefined, string])[] = [
    [undefined, everything],
    ...(Object.keys(kinds) as ActivityKind[]).map((kind) => [kind, kinds[kind]] as const),
  ];
  return html`<nav class="filter" aria-label="${filterLabel}"><ul>${choices.map(
    ([kind, label]) =>
      html`<li><a${attributes({ href: hrefOf(kind), 'aria-current': kind === chosen ? 'true' : undefined })}>${label}</a></li>`,
  )}</ul></nav>`;
}

function hrefOf(kind: ActivityKind | undefined): string {
  return kind === undefined ? '/account/activity' : `/account/activity?kind=${kind}`;
}

function byDay(text: Text, { lines, csrf, notMeAction }: ActivityProps): Html[] {
  const days = Map.groupBy(lines, ({ at }) => formatDate(text.language, at));
  return [...days].map(
    ([day, ofDay]) => html`<section class="day"><h2>${day}</h2>
<ol class="plain-list">${ofDay.map((line) => html`<li class="activity">${lineOf(text, { line, csrf, notMeAction })}</li>`)}</ol></section>`,
  );
}

function lineOf(text: Text, { line, csrf, notMeAction }: { line: ActivityLine; csrf: string; notMeAction: string }) {
  const words = text.account.activity;
  const said = saidOf(text, line);
  const network = line.details.network;
  return html`<p class="activity-what"><time datetime="${machineTime(line.at)}">${formatTime(text.language, line.at)}</time> ${said}</p>
${typeof network === 'string' && html`<p class="quiet">${words.from(machineWord(network))}</p>`}
${line.event === 'claims.released' && basisOf(text, line)}
<div class="activity-acts">${form({
    action: notMeAction,
    csrf,
    content: button({ label: words.notMe, kind: 'quiet', name: 'event', value: line.id }),
  })}<a href="/account/activity/${line.id}/proof">${words.proof}</a></div>`;
}

/** What happened, as a sentence. */
export function saidOf(text: Text, line: ActivityLine): Html {
  const words = text.account.activity;
  const service = line.service === undefined ? html`${words.someService}` : isolated(text, line.service);
  const about = detail(text, line, DETAIL_OF[line.event]);
  return words.events[line.event](service, about, detail(text, line, 'act'));
}

/** How it left, and what allowed it. What was recorded before either was noted says nothing of it. */
function basisOf({ account, common }: Text, { details }: ActivityLine): Html | undefined {
  const { releasedBy, basis } = account.activity;
  const { by, agreement } = details;
  if (typeof by !== 'string' || !Object.hasOwn(releasedBy, by)) return undefined;
  const way = releasedBy[by as keyof typeof releasedBy];
  return html`<p class="quiet">${way} ${basis(typeof agreement === 'number' ? common.number(agreement) : undefined)}</p>`;
}

/** Which of an event's details its sentence names. */
const DETAIL_OF: Readonly<Partial<Record<ActivityEvent, string>>> = {
  'citizen.sign-in-refused': 'reason',
  'session.ended': 'by',
  'claims.released': 'claims',
  'consent.given': 'claims',
  'claims.attached': 'claims',
  'claims.renewed': 'claims',
  'claims.not-attached': 'outcome',
  'claims.detached': 'by',
  'factor.changed': 'factor',
};

/** Names of claims and ways to sign in are said in words, everything else as it was recorded. */
function detail(text: Text, { details }: ActivityLine, name: string | undefined): Html {
  const value = name === undefined ? '' : String(details[name] ?? '');
  const words: Readonly<Record<string, string>> = {
    ...text.claims,
    ...text.account.activity.values,
    ...text.attached.inActivity,
  };
  const parts = value.split(' ').filter((part) => part !== '' && part !== 'sub');
  const said = parts.map((part, index) => [
    index > 0 && text.common.listSeparator,
    Object.hasOwn(words, part) ? words[part] : machineWord(part),
  ]);
  return html`${said}`;
}
