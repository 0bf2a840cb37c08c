import { button, definitionList, form, isolated, notice } from '../components.ts';
import { formatDate, formatTime, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

export type SessionShown = {
  id: string;
  /** Names as the browser told them, "Firefox" and "Android"; they may be anything. */
  browser?: string | undefined;
  system?: string | undefined;
  /** Milliseconds since 1970. */
  startedAt: number;
  lastSeenAt: number;
  isThisOne: boolean;
  isSharedComputer?: boolean;
  services: readonly InBothLanguages[];
};

export type SessionsProps = {
  frame: Frame;
  /** One session is ended with the field `session`, all of them with `all=yes`. */
  action: string;
  csrf: string;
  sessions: readonly SessionShown[];
  hasJustEnded?: boolean;
};

export function sessions(text: Text, { frame, action, csrf, sessions, hasJustEnded = false }: SessionsProps): Html {
  const words = text.account.sessions;
  const main = html`<h1>${words.heading}</h1>
${hasJustEnded && notice({ kind: 'success', content: html`<p>${words.ended}</p>` })}
<p>${sessions.length === 0 ? words.none : words.what}</p>
<ul class="sessions">${sessions.map((session) => html`<li>${card(text, { session, action, csrf })}</li>`)}</ul>
${sessions.length > 1 && endAll(text, { action, csrf })}`;
  return layout(text, { frame, heading: words.heading, main, width: 'wide' });
}

function card(text: Text, { session, action, csrf }: { session: SessionShown; action: string; csrf: string }): Html {
  const words = text.account.sessions;
  const device = deviceName(text, session);
  return html`<div class="session">
<h2>${device} ${session.isThisOne && html`<span class="tag tag-here">${words.thisOne}</span>`} ${session.isSharedComputer === true && html`<span class="tag">${words.shared}</span>`}</h2>
${definitionList([
  { term: words.lastSeen, description: moment(text, session.lastSeenAt) },
  { term: words.started, description: moment(text, session.startedAt) },
  { term: words.services, description: serviceNames(text, session.services) },
])}
${form({
  action,
  csrf,
  content: button({
    label: session.isThisOne
      ? words.endThis
      : html`<span aria-hidden="true">${words.end}</span><span class="visually-hidden">${words.endNamed(device)}</span>`,
    name: 'session',
    value: session.id,
    kind: 'secondary',
  }),
})}
</div>`;
}

function endAll(text: Text, { action, csrf }: { action: string; csrf: string }): Html {
  const words = text.account.sessions;
  return html`<div class="end-all"><p>${words.endAllHint}</p>
${form({ action, csrf, content: button({ label: words.endAll, name: 'all', value: 'yes', kind: 'danger' }) })}</div>`;
}

function deviceName(text: Text, { browser, system }: SessionShown): Html {
  const words = text.account.sessions;
  const known = [browser, system].filter((name) => name !== undefined).map((name) => html`<bdi>${name}</bdi>`);
  const [first, second] = known;
  if (first === undefined) return html`${words.unknownDevice}`;
  return second === undefined ? first : words.browserOn(first, second);
}

function moment({ language, common }: Text, at: number): Html {
  const words = common.dateAndTime(formatDate(language, at), formatTime(language, at));
  return html`<time datetime="${machineTime(at)}">${words}</time>`;
}

function serviceNames(text: Text, services: readonly InBothLanguages[]): Html {
  if (services.length === 0) return html`${text.account.sessions.noServices}`;
  const separated = services.map((name, index) => [index > 0 && text.common.listSeparator, isolated(text, name)]);
  return html`${separated}`;
}
