import type { Context } from 'koa';
import { type ActivityKind, eventsOf, isActivityEvent, isActivityKind } from '#audit/activity-kinds.ts';
import type { AuditStore, RecordedEvent } from '#audit/audit-store.ts';
import type { Citizen } from '#citizens/citizen.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { OWN_CLIENT_ID } from '#protocol/own-client.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { type ActivityLine, activity as activityPage } from '#views/account/activity.ts';
import { textFor } from '#views/text/text.ts';
import type { ActivityCursor } from './activity-cursor.ts';
import type { CitizenHere } from './citizen-here.ts';

export type ActivityNeeds = {
  citizenHere: CitizenHere;
  frames: PageFrames;
  csrf: Csrf;
  cursor: ActivityCursor;
  auditStore: Pick<AuditStore, 'listOf'>;
  findAnyRelyingParty(clientId: string): Promise<Pick<RelyingParty, 'name'> | undefined>;
};

/** As much as a phone shows on three screens. */
const LINES_ON_A_PAGE = 20;
/** A busy citizen's ten years; a file of some 2 MB. */
const MOST_LINES_IN_A_FILE = 20_000;

/** Everything that was done in the citizen's name, newest first. */
export function createActivitySteps({
  citizenHere,
  frames,
  csrf,
  cursor,
  auditStore,
  findAnyRelyingParty,
}: ActivityNeeds) {
  /** Our own pages are reached by the same sign-in as every service. */
  const nameOf = async (clientId: string) =>
    clientId === OWN_CLIENT_ID ? OUR_NAME : (await findAnyRelyingParty(clientId))?.name;

  async function toLines(events: readonly RecordedEvent[]): Promise<ActivityLine[]> {
    const clientIds = new Set(events.flatMap(({ clientId }) => (clientId === undefined ? [] : [clientId])));
    const names = new Map(await Promise.all([...clientIds].map(async (id) => [id, await nameOf(id)] as const)));
    return events.flatMap(({ id, at, name, clientId, details }) =>
      isActivityEvent(name)
        ? [{ id, at, event: name, service: clientId === undefined ? undefined : names.get(clientId), details }]
        : [],
    );
  }

  async function list(
    citizen: Citizen,
    { kind, before, limit }: { kind?: ActivityKind; before?: number; limit: number },
  ) {
    const names = eventsOf(kind);
    return auditStore.listOf(citizen.id, { limit, names, ...(before === undefined ? {} : { before }) });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const { citizen } = here;
      const kind = isActivityKind(ctx.query.kind) ? ctx.query.kind : undefined;
      const before = ctx.query.before === undefined ? undefined : cursor.read(citizen.id, ctx.query.before);
      if (ctx.query.before !== undefined && before === undefined) throw new Refusal('bad-request', 400);
      const events = await list(citizen, {
        limit: LINES_ON_A_PAGE + 1,
        ...(kind === undefined ? {} : { kind }),
        ...(before === undefined ? {} : { before }),
      });
      const shown = events.slice(0, LINES_ON_A_PAGE);
      const last = events.length > LINES_ON_A_PAGE ? shown.at(-1) : undefined;
      const { text, frame } = frames.of(ctx);
      const page = activityPage(text, {
        frame,
        csrf: csrf.tokenFor(ctx),
        notMeAction: '/account/not-me',
        kind,
        lines: await toLines(shown),
        isFirstPage: before === undefined,
        olderHref: last === undefined ? undefined : hrefOf({ kind, before: cursor.write(citizen.id, Number(last.id)) }),
      });
      sendPage(ctx, page);
    },

    /** The same lines as a file: names as they are recorded, times in UTC, for programs and lawyers. */
    async download(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const events = await list(here.citizen, { limit: MOST_LINES_IN_A_FILE });
      const lines = (await toLines(events)).map(({ id, at, event, service, details }) => ({
        id,
        at: new Intl.DateTimeFormat('sv-SE', UTC).format(at).replace(' ', 'T').concat('Z'),
        event,
        service,
        details,
      }));
      ctx.set('Content-Disposition', 'attachment; filename="panjereh-activity.json"');
      ctx.type = 'json';
      ctx.body = `${JSON.stringify(lines, null, 1)}\n`;
    },
  };
}

const OUR_NAME = { fa: textFor('fa').common.siteName, en: textFor('en').common.siteName };
const UTC = { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' } as const;

function hrefOf({ kind, before }: { kind: ActivityKind | undefined; before: string }): string {
  return `/account/activity?${new URLSearchParams({ ...(kind === undefined ? {} : { kind }), before })}`;
}
