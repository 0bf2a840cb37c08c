import type { Context } from 'koa';
import { OPERATOR_ACTS, type OperatorActEvent, type OperatorActFilter } from '#audit/operator-acts-store.ts';
import type { Operators } from '#operators/operators.ts';
import { DAY } from '#platform/durations.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import { auditPage } from '#views/console/audit/audit.ts';
import { formatTypedDay } from '#views/dates.ts';
import type { Text } from '#views/text/text.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { type ConsoleRoute, inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { readTypedDay } from '../typed-day.ts';
import { createShownAct, type ShownActNeeds } from './shown-act.ts';

export type AuditNeeds = ShownActNeeds & {
  consoleFrames: ConsoleFrames;
  listOperatorActs(filter: OperatorActFilter): Promise<OperatorActEvent[]>;
  operators: Pick<Operators, 'list'>;
  registrations: Pick<Registrations, 'listFor'>;
};

const ON_A_PAGE = 50;

/** What operators did, for auditors to read. */
export function auditRoutes(needs: AuditNeeds): ConsoleRoute[] {
  const { consoleFrames, listOperatorActs, operators, registrations, nameOfActor } = needs;
  const shownAct = createShownAct(needs);
  return [{ method: 'GET', path: '/console/audit', needs: 'audit:read', answer: show }];

  async function show(ctx: Context, here: OperatorHere): Promise<void> {
    const query = {
      act: OPERATOR_ACTS.find((each) => each === inQuery(ctx, 'act')),
      by: inQuery(ctx, 'by').slice(0, 200),
      organisation: inQuery(ctx, 'organisation').trim().slice(0, 64),
      day: inQuery(ctx, 'day').trim().slice(0, 40),
      after: inQuery(ctx, 'after'),
    };
    // A number of an event, as the link to the next page has it.
    if (query.after !== '' && !/^[1-9]\d{0,17}$/.test(query.after)) throw new Refusal('bad-request', 400);
    const day = readTypedDay(query.day);
    const from = day === undefined ? undefined : Date.parse(`${day}T00:00:00+03:30`);
    const found = await listOperatorActs({
      act: query.act,
      by: query.by || undefined,
      organisation: await organisationWith(query.organisation),
      ...(from === undefined ? {} : { from, until: from + DAY }),
      before: query.after || undefined,
      limit: ON_A_PAGE + 1,
    });
    const page = found.slice(0, ON_A_PAGE);
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const audit = auditPage(text, {
      ...shown,
      address: { path: ctx.path, query: { ...query, day } },
      typedDay: day === undefined ? query.day : formatTypedDay(text.language, Date.parse(day)),
      isDayUnread: query.day !== '' && day === undefined,
      people: await peopleWith(query.by, text),
      acts: await Promise.all(page.map((act) => shownAct(act, text))),
      next: found.length > ON_A_PAGE ? page.at(-1)?.id : undefined,
    });
    sendPage(ctx, audit);
  }

  /** With its relying parties, by which most of what is done to it is written down. */
  async function organisationWith(id: string): Promise<OperatorActFilter['organisation']> {
    if (id === '') return undefined;
    const clientIds: string[] = [];
    let after: string | undefined;
    do {
      const listed = await registrations.listFor({ organisationId: id, after, limit: 200 });
      if (listed.outcome === 'not-a-cursor') throw new Error('a cursor of our own was not taken');
      clientIds.push(...listed.relyingParties.map(({ clientId }) => clientId));
      after = listed.next;
    } while (after !== undefined);
    return { id, clientIds };
  }

  /** Who may be asked for: operators of today, and whoever is asked for now. */
  async function peopleWith(by: string, text: Text): Promise<{ id: string; name: string }[]> {
    const ids = new Set([...(await operators.list()).map(({ citizenId }) => citizenId), ...(by === '' ? [] : [by])]);
    return Promise.all([...ids].map(async (id) => ({ id, name: await nameOfActor(id, text) })));
  }
}
