import type { Context } from 'koa';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type ListedOrganisation, ORGANISATION_KINDS, ORGANISATION_STAGES } from '#relying-parties/organisation.ts';
import type { OrganisationQuestion, Organisations } from '#relying-parties/organisations.ts';
import { writeOrganisationsCsv } from '#relying-parties/organisations-csv.ts';
import { organisationList } from '#views/console/organisations/list.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';

type Needs = { consoleFrames: ConsoleFrames; organisations: Pick<Organisations, 'listFor'> };

/** What the head of the table offers; anything else is no order. */
const SORTS = ['name', 'stage', 'since'] as const;
const A_PAGE_OF_THE_FILE = 200;

export function createListStep({ consoleFrames, organisations }: Needs) {
  return async (ctx: Context, here: OperatorHere): Promise<void> => {
    const search = inQuery(ctx, 'q').slice(0, 200);
    const kind = ORGANISATION_KINDS.find((each) => each === inQuery(ctx, 'kind'));
    const stage = ORGANISATION_STAGES.find((each) => each === inQuery(ctx, 'stage'));
    const asked = { search, kind, stage };
    if (inQuery(ctx, 'format') === 'csv') return sendCsv(ctx, asked);
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const sorted = sortedBy(ctx);
    const after = inQuery(ctx, 'after');
    const listed = await organisations.listFor({
      ...asked,
      order: sorted && {
        by: sorted.by === 'name' ? `name-${text.language}` : sorted.by,
        isDescending: sorted.isDescending,
      },
      after: after === '' ? undefined : after,
    });
    // A cursor of another question, or one that nobody gave out.
    if (listed.outcome === 'not-a-cursor') throw new Refusal('bad-request', 400);
    const page = organisationList(text, {
      ...shown,
      address: { path: ctx.path, query: { q: search, kind, stage, sort: sorted?.by, order: inOrder(sorted), after } },
      sorted,
      organisations: listed.organisations,
      next: listed.next,
      mayImport: here.may('organisations:import'),
    });
    sendPage(ctx, page);
  };

  /** By id, and without contacts: they are people. */
  async function sendCsv(ctx: Context, asked: OrganisationQuestion): Promise<void> {
    const all: ListedOrganisation[] = [];
    let after: string | undefined;
    do {
      const listed = await organisations.listFor({ ...asked, after, limit: A_PAGE_OF_THE_FILE });
      if (listed.outcome === 'not-a-cursor') throw new Error('a cursor of our own was not taken');
      all.push(...listed.organisations);
      after = listed.next;
    } while (after !== undefined);
    ctx.type = 'text/csv; charset=utf-8';
    ctx.set('Content-Disposition', 'attachment; filename="organisations.csv"');
    ctx.body = writeOrganisationsCsv(all);
  }
}

function sortedBy(ctx: Context): { by: (typeof SORTS)[number]; isDescending: boolean } | undefined {
  const by = SORTS.find((each) => each === inQuery(ctx, 'sort'));
  return by === undefined ? undefined : { by, isDescending: inQuery(ctx, 'order') === 'desc' };
}

function inOrder(sorted: ReturnType<typeof sortedBy>): string | undefined {
  return sorted?.isDescending === true ? 'desc' : undefined;
}
