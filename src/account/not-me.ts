import type { Context } from 'koa';
import type { AuditStore } from '#audit/audit-store.ts';
import type { AuditEvents } from '#audit/events.ts';
import type { AccountClosings } from '#citizens/account-closings.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';
import type { IncidentsStore } from '#citizens/incidents-store.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { ConsentsStore } from '#relying-parties/consents-store.ts';
import type { CitizenSessions } from '#sessions/citizen-sessions.ts';
import { notMe as notMePage } from '#views/account/not-me.ts';
import type { CitizenHere } from './citizen-here.ts';

export type NotMeNeeds = {
  citizenHere: CitizenHere;
  frames: PageFrames;
  csrf: Csrf;
  audit: AuditEvents;
  auditStore: Pick<AuditStore, 'listOf'>;
  citizens: Pick<CitizensStore, 'setState'>;
  incidents: Pick<IncidentsStore, 'report'>;
  consents: Pick<ConsentsStore, 'listOf'>;
  sessions: Pick<CitizenSessions, 'endAll' | 'endGrants'>;
  forgetDevices(citizenId: string): Promise<unknown>;
  closings: Pick<AccountClosings, 'stop'>;
  oweLogout(owed: { clientId: string; citizenId: string }): Promise<void>;
};

/**
 * "This was not me", beside a line of the activity: whoever it was is out within the same request, everywhere, and the
 * password that let them in lets nobody past the page where a new one is chosen. Nothing of the account is lost.
 */
export function createNotMeStep(needs: NotMeNeeds) {
  const { citizenHere, frames, csrf, audit, auditStore, citizens, incidents, consents, sessions } = needs;

  async function shutEverybodyOut(citizenId: string): Promise<void> {
    await citizens.setState(citizenId, 'must-change-password', 'reported-by-citizen');
    // A stranger may have asked for the end of the account as well.
    await needs.closings.stop(citizenId);
    await needs.forgetDevices(citizenId);
    await sessions.endAll(citizenId);
    // Refresh tokens live longer than sessions, and may be the stranger's as well.
    for (const { clientId } of await consents.listOf(citizenId)) {
      if ((await sessions.endGrants({ citizenId, clientId })) > 0) await needs.oweLogout({ citizenId, clientId });
    }
  }

  return {
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const citizenId = here.citizen.id;
      const eventId = Number(form.text('event'));
      if (!Number.isSafeInteger(eventId)) throw new Refusal('bad-request', 400);
      const [event] = await auditStore.listOf(citizenId, { limit: 1, before: eventId + 1 });
      if (Number(event?.id) !== eventId) throw new Refusal('not-found', 404);

      const { id } = await incidents.report({ citizenId, eventId });
      await audit.incidentReported({ citizenId, incidentId: id, eventId });
      await shutEverybodyOut(citizenId);
      const { text, frame } = frames.of(ctx);
      sendPage(
        ctx,
        notMePage(text, { frame, reference: id.slice(0, 8).toUpperCase(), signInHref: '/enter?to=/account' }),
      );
    },
  };
}
