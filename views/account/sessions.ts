import { button, definitionList, form, isolated, machineWord, notice } from '../components.ts';
import { formatDate, formatTime, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import { type ServiceSignedOut, signedOutStates } from '../sign-out/states.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { accountPage } from './page.ts';

type SessionShown = {
  id: string;
  /** Names as the browser told them, "Firefox" and "Android"; they may be anything. */
  browser?: string | undefined;
  system?: string | undefined;
  /** An address; empty where it was not noted. */
  network?: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  lastSeenAt: number;
  isThisOne: boolean;
  isSharedComputer?: boolean;
  services: readonly InBothLanguages[];
};

type SessionsProps = {
  frame: Frame;
  /** One session is ended with the field `session`, all of them with `all=yes`. */
  action: string;
  csrf: string;
  sessions: readonly SessionShown[];
  hasJustEnded?: boolean;
  /** What came of the sessions that were ended of late, at each service. */
  signedOut?: readonly ServiceSignedOut[];
};

export function sessions(
  text: Text,
  { frame, action, csrf, sessions, hasJustEnded = false, signedOut = [] }: SessionsProps,
): Html {
  const words = text.account.sessions;
  const content = html`${hasJustEnded && notice({ kind: 'success', content: html`<p>${words.ended}</p>` })}
${signedOutStates(text, { services: signedOut, lookAgainHref: `${action}?ended=yes` })}
<p>${sessions.length === 0 ? words.none : words.what}</p>
<ul class="sessions">${sessions.map((session) => html`<li>${card(text, { session, action, csrf })}</li>`)}</ul>
${sessions.length > 1 && endAll(text, { action, csrf })}`;
  return accountPage(text, { frame, section: 'sessions', heading: words.heading, content });
}

function card(text: Text, { session, action, csrf }: { session: SessionShown; action: string; csrf: string }): Html {
  const words = text.account.sessions;
  const device = deviceName(text, session);
  return html`<div class="session">
<h2>${device} ${session.isThisOne && html`<span class="tag tag-here">${words.thisOne}</span>`} ${session.isSharedComputer === true && html`<span class="tag">${words.shared}</span>`}</h2>
${definitionList([
  { term: words.lastSeen, description: moment(text, session.lastSeenAt) },
  { term: words.started, description: moment(text, session.startedAt) },
  ...(session.network === undefined || session.network === ''
    ? []
    : [{ term: words.from, description: machineWord(session.network) }]),
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
