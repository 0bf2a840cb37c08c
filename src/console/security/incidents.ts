import type { Context } from 'koa';
import { INCIDENT_STATES, type Incident, type IncidentState } from '#citizens/incidents-store.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type IncidentLine, incidentsPage } from '#views/console/security/incidents.ts';
import { inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { type FindCitizen, personShown } from './people-shown.ts';
import type { SecurityNeeds } from './routes.ts';

const ON_A_PAGE = 50;
const OPEN: readonly IncidentState[] = ['waiting', 'taken'];

/** What citizens reported, in the order in which it should be looked at. */
export function createIncidentsStep({ consoleFrames, incidents, findCitizen }: SecurityNeeds) {
  return async (ctx: Context, here: OperatorHere): Promise<void> => {
    const state = INCIDENT_STATES.find((it) => it === inQuery(ctx, 'state')) ?? '';
    const after = inQuery(ctx, 'after');
    const found = await incidents.list({
      states: state === '' ? OPEN : [state],
      limit: ON_A_PAGE + 1,
      ...(after !== '' && { after }),
    });
    const shownIncidents = found.slice(0, ON_A_PAGE);
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const page = incidentsPage(text, {
      ...shown,
      state,
      after,
      incidents: await Promise.all(shownIncidents.map((incident) => lineOf(incident, here, findCitizen))),
      next: found.length > ON_A_PAGE ? shownIncidents.at(-1)?.id : undefined,
    });
    sendPage(ctx, page);
  };
}

export async function lineOf(incident: Incident, here: OperatorHere, findCitizen: FindCitizen): Promise<IncidentLine> {
  const { id, reportedAt, state, takenBy } = incident;
  return {
    id,
    // The one that the citizen was told.
    reference: id.slice(0, 8).toUpperCase(),
    reportedAt,
    state,
    by: takenBy === undefined ? undefined : await personShown(takenBy, here, findCitizen),
  };
}
