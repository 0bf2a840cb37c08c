import type { Context } from 'koa';
import type { AuditStore } from '#audit/audit-store.ts';
import type { Citizen } from '#citizens/citizen.ts';
import type { CurrentSession, FindCurrentSession } from '#protocol/current-session.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import { type HomeProps, home, SERVICE_KINDS, type ServiceKind } from '#views/window/home.ts';
import { type Catalogue, type CatalogueEntry, searchCatalogue } from './catalogue.ts';

export type HomeNeeds = {
  frames: PageFrames;
  findCurrentSession: FindCurrentSession;
  findCitizen(id: string): Promise<Citizen | undefined>;
  auditStore: Pick<AuditStore, 'lastUses'>;
  catalogue: { get(): Promise<Catalogue> };
};

/** As many as a phone shows without scrolling. */
const MOST_RECENT = 4;
/** Some 15 kB of a page that may have 60. */
const ON_A_PAGE = 40;
/** The longest name of a university, twice. */
const LONGEST_SEARCH = 200;

/** What was asked for in the address; whatever else stands there is the first page of everything. */
type Asked = { search: string; kind: ServiceKind | undefined; page: number };

/** The front door: who is here, what they used last, and every service that can be opened. */
export function createHomeStep({ frames, findCurrentSession, findCitizen, auditStore, catalogue }: HomeNeeds) {
  async function findWhoIsHere(session: CurrentSession | undefined): Promise<HomeProps['citizen']> {
    const citizen = session === undefined ? undefined : await findCitizen(session.citizenId);
    if (citizen === undefined) return undefined;
    return { name: nameOf(citizen), accountHref: '/account', signOutHref: '/logout' };
  }

  return {
    async show(ctx: Context): Promise<void> {
      const session = await findCurrentSession(ctx);
      const [citizen, lists] = await Promise.all([findWhoIsHere(session), catalogue.get()]);
      const { text, frame } = frames.of(ctx);
      const asked = askedIn(ctx);
      const all = lists[text.language];
      const isFirst = asked.search === '' && asked.kind === undefined && asked.page === 1;
      const lastUses =
        session === undefined || !isFirst ? new Map<string, number>() : await auditStore.lastUses(session.citizenId);
      const page = home(text, {
        frame,
        citizen,
        signInHref: '/enter',
        enrolHref: '/enrol',
        search: asked.search,
        recent: recentOf(all, lastUses),
        ...shownOf(all, asked),
      });
      sendPage(ctx, page);
    },
  };
}

function askedIn({ query }: Context): Asked {
  const { q, kind, page } = query;
  return {
    search: typeof q === 'string' ? q.slice(0, LONGEST_SEARCH).trim() : '',
    kind: SERVICE_KINDS.find((known) => known === kind),
    page: typeof page === 'string' && /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1,
  };
}

function recentOf(all: readonly CatalogueEntry[], lastUses: ReadonlyMap<string, number>): CatalogueEntry[] {
  return all
    .filter(({ clientId }) => lastUses.has(clientId))
    .sort((one, other) => (lastUses.get(other.clientId) ?? 0) - (lastUses.get(one.clientId) ?? 0))
    .slice(0, MOST_RECENT);
}

/** The kinds are only asked for where not everything fits on one page. */
function shownOf(all: readonly CatalogueEntry[], asked: Asked) {
  const found = searchCatalogue(all, asked.search);
  const { kind: chosen } = asked;
  const ofKind = chosen === undefined ? found : found.filter(({ kind }) => kind === chosen);
  const pages = Math.max(1, Math.ceil(ofKind.length / ON_A_PAGE));
  const page = Math.min(asked.page, pages);
  const kinds = SERVICE_KINDS.filter((kind) => found.some((entry) => entry.kind === kind));
  return {
    services: ofKind.slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE),
    found: ofKind.length,
    kind: chosen,
    kinds: found.length > ON_A_PAGE ? kinds.map((kind) => ({ kind, href: hrefOf({ ...asked, kind, page: 1 }) })) : [],
    everyKindHref: hrefOf({ ...asked, kind: undefined, page: 1 }),
    place: { page, pages },
    previousHref: page > 1 ? hrefOf({ ...asked, page: page - 1 }) : undefined,
    nextHref: page < pages ? hrefOf({ ...asked, page: page + 1 }) : undefined,
  };
}

function hrefOf({ search, kind, page }: Asked): string {
  const query = new URLSearchParams({
    ...(search === '' ? {} : { q: search }),
    ...(kind === undefined ? {} : { kind }),
    ...(page === 1 ? {} : { page: String(page) }),
  });
  return query.size === 0 ? '/' : `/?${query}`;
}

function nameOf({ givenName, familyName, givenNameLatin, familyNameLatin }: Citizen) {
  const fa = `${givenName} ${familyName}`;
  const isLatinKnown = givenNameLatin !== undefined && familyNameLatin !== undefined;
  return { fa, en: isLatinKnown ? `${givenNameLatin} ${familyNameLatin}` : fa };
}
