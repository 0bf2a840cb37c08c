/** The frame around the pages of one service: whose it is, how it stands, and its other parts. */
import { isolated, machineWord, notice } from '../../components.ts';
import { formatDate, formatTime, machineTime } from '../../dates.ts';
import { attributes, type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';

export type RelyingPartyTab = keyof Text['relyingParties']['tabs'];
export type RelyingPartyNews = keyof Text['relyingParties']['news'];

export const RELYING_PARTIES_PATH = '/console/relying-parties';

/** What stands on top of every page of a service. */
export type RelyingPartyShown = {
  clientId: string;
  name: InBothLanguages;
  environment: keyof Text['relyingParties']['environments'];
  state: keyof Text['relyingParties']['states'];
};

export type RelyingPartyFrame = {
  frame: Frame;
  operator: ShownOperator;
  relyingParty: RelyingPartyShown;
  /** What has just happened, told once. */
  news?: RelyingPartyNews | undefined;
};

/** News that tell of something that was not done. */
const BAD: ReadonlySet<RelyingPartyNews> = new Set<RelyingPartyNews>([
  'same-person',
  'own-organisation',
  'already-decided',
  'over',
  'two-already',
  'no-secret-used',
  'not-from-here',
  'changed-meanwhile',
  'refusedToday',
  'last-secret-ended',
]);

const PARTS: Readonly<Record<RelyingPartyTab, string>> = {
  overview: '',
  agreement: '/agreement',
  secrets: '/secrets',
  acceptance: '/acceptance',
  'go-live': '/go-live',
  health: '/health',
  recipes: '/recipes',
  source: '/source',
  revisions: '/revisions',
};

type Page = RelyingPartyFrame & {
  tab: RelyingPartyTab;
  heading: string;
  hasErrors?: boolean;
  scripts?: readonly string[];
};

export function relyingPartyPage(
  text: Text,
  { relyingParty, news, tab, ...page }: Page,
  body: Html | readonly (Html | undefined)[],
): Html {
  const words = text.relyingParties;
  const { clientId, name, environment, state } = relyingParty;
  const names = Object.keys(words.tabs) as RelyingPartyTab[];
  return consolePage(
    text,
    { ...page, section: 'relying-parties' },
    html`<p class="about-relying-party">${isolated(text, name)} <span class="tag">${words.environments[environment]}</span> <span class="tag tag-${state}">${words.states[state]}</span> ${machineWord(clientId)}</p>
<nav class="filter" aria-label="${words.tabsLabel}"><ul>${names.map(
      (each) =>
        html`<li><a${attributes({ href: partOf(clientId, each), 'aria-current': each === tab ? 'page' : undefined })}>${words.tabs[each]}</a></li>`,
    )}</ul></nav>
${news !== undefined && notice({ kind: BAD.has(news) ? 'warning' : 'success', content: html`<p>${words.news[news]}</p>` })}
${body}`,
  );
}

/** The address of a part of one service. */
export function partOf(clientId: string, tab: RelyingPartyTab): string {
  return `${RELYING_PARTIES_PATH}/${encodeURIComponent(clientId)}${PARTS[tab]}`;
}

export function isRelyingPartyNews({ relyingParties }: Text, value: unknown): value is RelyingPartyNews {
  return typeof value === 'string' && Object.hasOwn(relyingParties.news, value);
}

export function dateTag({ language }: Text, at: number): Html {
  return html`<time datetime="${machineTime(at)}">${formatDate(language, at)}</time>`;
}

export function timeTag(text: Text, at: number): Html {
  const { language } = text;
  const said = text.relyingParties.time(formatDate(language, at), formatTime(language, at));
  return html`<time datetime="${machineTime(at)}">${said}</time>`;
}
