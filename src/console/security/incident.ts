import type { Context } from 'koa';
import { eventsOf, isActivityEvent } from '#audit/activity-kinds.ts';
import type { RecordedEvent } from '#audit/audit-store.ts';
import type { Incident } from '#citizens/incidents-store.ts';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { ActivityLine } from '#views/account/activity.ts';
import { type IncidentProps, incidentPage } from '#views/console/security/incident.ts';
import { inPath } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { lineOf } from './incidents.ts';
import { personShown } from './people-shown.ts';
import type { SecurityNeeds } from './routes.ts';
import { readNote } from './typed-note.ts';

const BEFORE = 20;
const AFTER = 20;
const FAULTS = { missing: 'noteMissing', personal: 'notePersonal' } as const;

/** One incident: looked at, taken, put back, closed with a note. */
export function createIncidentSteps(needs: SecurityNeeds) {
  const { consoleFrames, incidents, auditStore, audit, findCitizen, findAnyRelyingParty } = needs;

  async function find(ctx: Context): Promise<Incident> {
    const incident = await incidents.find(inPath(ctx, 'incident'));
    if (incident === undefined) throw new Refusal('not-found', 404);
    return incident;
  }

  /** Newest first: what came after the event, the event, and what came before it. */
  async function listAround({ citizenId, eventId }: Incident): Promise<ActivityLine[]> {
    const names = eventsOf(undefined);
    const until = await auditStore.listOf(citizenId, { limit: BEFORE, before: eventId + 1, names });
    const since = await auditStore.listOf(citizenId, { limit: AFTER, since: until[0]?.at ?? 0, names });
    const later = since.filter(({ id }) => Number(id) > eventId);
    return Promise.all([...later, ...until].map(toLine)).then((lines) => lines.flat());
  }

  async function toLine({ id, at, name, clientId, details }: RecordedEvent): Promise<ActivityLine[]> {
    if (!isActivityEvent(name)) return [];
    const service = clientId === undefined ? undefined : (await findAnyRelyingParty(clientId))?.name;
    return [{ id, at, event: name, service, details }];
  }

  async function answer(
    ctx: Context,
    here: OperatorHere,
    more: Pick<IncidentProps, 'typed' | 'error' | 'isOvertaken'> = {},
  ): Promise<void> {
    const incident = await find(ctx);
    const { closed } = incident;
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const page = incidentPage(text, {
      ...shown,
      ...more,
      incident: {
        ...(await lineOf(incident, here, findCitizen)),
        citizenId: incident.citizenId,
        eventId: String(incident.eventId),
      },
      closed: closed && { ...closed, by: await personShown(closed.by, here, findCitizen) },
      lines: await listAround(incident),
      mayWork: here.may('incidents:work'),
    });
    sendPage(ctx, page);
  }

  /** The page again, or the page with what has come between. */
  async function done(ctx: Context, here: OperatorHere, step: 'taken' | 'let-go' | 'closed', isDone: boolean) {
    if (!isDone) return answer(ctx, here, { isOvertaken: true });
    const { id, citizenId } = await find(ctx);
    await audit.incidentWorked({ incidentId: id, by: here.citizenId, step });
    if (step === 'closed') await audit.incidentClosed({ citizenId, incidentId: id });
    ctx.status = 303;
    ctx.redirect(`/console/incidents/${encodeURIComponent(id)}`);
  }

  return {
    show: (ctx: Context, here: OperatorHere): Promise<void> => answer(ctx, here),
    async take(ctx: Context, here: OperatorHere): Promise<void> {
      const { id } = await find(ctx);
      await done(ctx, here, 'taken', await incidents.take({ id, by: here.citizenId }));
    },
    async letGo(ctx: Context, here: OperatorHere): Promise<void> {
      const { id } = await find(ctx);
      await done(ctx, here, 'let-go', await incidents.letGo({ id, by: here.citizenId }));
    },
    async close(ctx: Context, here: OperatorHere, form: Form): Promise<void> {
      const { typed, fault } = readNote(form, 'note');
      if (fault !== undefined) return answer(ctx, here, { typed, error: FAULTS[fault] });
      const { id } = await find(ctx);
      await done(ctx, here, 'closed', await incidents.close({ id, by: here.citizenId, note: typed }));
    },
  };
}
