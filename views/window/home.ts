import { button, isolated, link, linkButton } from '../components.ts';
import { attributes, type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import { formatGrouped } from '../numbers.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

export type ServiceKind = keyof Text['window']['kinds'];

/** In the order in which they are shown. */
export const SERVICE_KINDS: readonly ServiceKind[] = [
  'state',
  'payam-e-noor-and-other',
  'non-state',
  'subordinate-body',
  'agency',
  'other',
];

export type ConnectedService = {
  name: InBothLanguages;
  /** Whose service it is; undefined where nobody knows. */
  organisation: InBothLanguages | undefined;
  kind: ServiceKind;
  openHref: string;
};

export type HomeProps = {
  frame: Frame;
  /** The citizen of the current session, as they are called. */
  citizen?: { name: InBothLanguages; accountHref: string; signOutHref: string } | undefined;
  signInHref?: string | undefined;
  enrolHref?: string | undefined;
  /** What was typed into the search; empty for everything. */
  search: string;
  /** Newest first. */
  recent: readonly ConnectedService[];
  /** Those of this page, by kind; `found` is how many there are on all pages. */
  services: readonly ConnectedService[];
  found: number;
  /** The kind that was chosen, and those that can be; none where everything fits on one page. */
  kind?: ServiceKind | undefined;
  kinds: readonly { kind: ServiceKind; href: string }[];
  everyKindHref: string;
  place: { page: number; pages: number };
  previousHref?: string | undefined;
  nextHref?: string | undefined;
};

export function home(text: Text, props: HomeProps): Html {
  const { frame, citizen, signInHref, enrolHref, search, recent, services } = props;
  const words = text.window;
  const main = html`<div class="hero">
<h1>${words.heading}</h1>
<p class="lead">${words.what} ${words.privacy}</p>
${citizen === undefined ? html`<p class="actions">${linkButton({ label: words.signIn, href: signInHref })}${linkButton({ label: text.enrolment.start.heading, href: enrolHref, kind: 'secondary' })}</p>` : signedIn(text, citizen)}
</div>
${recent.length > 0 && html`<section aria-labelledby="recent"><h2 id="recent">${words.recent}</h2>${links(text, recent)}</section>`}
<section aria-labelledby="services">
<h2 id="services">${words.services}</h2>
${searchForm(text, props)}
${kindFilter(text, props)}
${services.length === 0 ? html`<p>${search === '' ? words.noServices : words.nothingFound}</p>` : byKind(text, services)}
${pages(text, props)}
</section>
<p class="apart">${link({ label: text.board.link, href: '/board' })}</p>`;
  return layout(text, { frame, heading: words.heading, main, width: 'wide' });
}

function signedIn(text: Text, { name, accountHref, signOutHref }: NonNullable<HomeProps['citizen']>): Html {
  const words = text.window;
  return html`<div class="signed-in"><p>${words.signedInAs(isolated(text, name))}</p>
<p class="link-row">${link({ label: words.account, href: accountHref })} ${link({ label: words.signOut, href: signOutHref })}</p></div>`;
}

function byKind(text: Text, services: readonly ConnectedService[]): Html[] {
  const groups = Map.groupBy(services, ({ kind }) => kind);
  return SERVICE_KINDS.filter((kind) => groups.has(kind)).map(
    (kind) => html`<section class="service-group"><h3>${text.window.kinds[kind]}</h3>
${links(text, groups.get(kind) ?? [])}</section>`,
  );
}

function links(text: Text, services: readonly ConnectedService[]): Html {
  return html`<ul class="service-links">${services.map((service) => html`<li>${serviceLink(text, service)}</li>`)}</ul>`;
}

/** A plain question to this same page: it works without script and can be kept as a bookmark. */
function searchForm(text: Text, { search, kind }: HomeProps): Html {
  const { searchLabel, find } = text.window;
  const input = attributes({ class: 'input', id: 'q', name: 'q', type: 'search', value: search, maxlength: 200 });
  const chosen = kind !== undefined && html`<input${attributes({ type: 'hidden', name: 'kind', value: kind })}>`;
  return html`<form class="search" role="search" method="get" action="/">${chosen}<label for="q">${searchLabel}</label>
<div class="search-line"><input${input}>${button({ label: find, kind: 'secondary' })}</div></form>`;
}

function kindFilter(text: Text, { kinds, kind: chosen, everyKindHref }: HomeProps): Html | undefined {
  if (kinds.length < 2) return undefined;
  const choices = [
    { label: text.window.everyKind, href: everyKindHref, isChosen: chosen === undefined },
    ...kinds.map(({ kind, href }) => ({ label: text.window.kinds[kind], href, isChosen: kind === chosen })),
  ];
  return html`<nav class="filter" aria-label="${text.window.kindLabel}"><ul>${choices.map(
    ({ label, href, isChosen }) =>
      html`<li><a${attributes({ href, 'aria-current': isChosen ? 'true' : undefined })}>${label}</a></li>`,
  )}</ul></nav>`;
}

function pages(text: Text, { found, place, previousHref, nextHref }: HomeProps): Html | undefined {
  if (place.pages === 1) return undefined;
  const words = text.window;
  const number = (value: number) => formatGrouped(text.language, value);
  return html`<nav aria-label="${words.pagesLabel}"><p class="quiet">${words.place(number(place.page), number(place.pages), number(found))}</p>
<p class="link-row">${previousHref !== undefined && html`<a href="${previousHref}" rel="prev">${words.previous}</a>`} ${nextHref !== undefined && html`<a href="${nextHref}" rel="next">${words.next}</a>`}</p></nav>`;
}

/** A service whose address we would not lead to is still listed, without a link. */
function serviceLink(text: Text, { name, organisation, openHref }: ConnectedService): Html {
  const isOfAnother = organisation !== undefined && organisation[text.language] !== name[text.language];
  const label = html`<span>${isolated(text, name)}${isOfAnother && html` <bdi class="owner">${organisation[text.language]}</bdi>`}</span>`;
  return link({ label, href: openHref }) ?? label;
}
