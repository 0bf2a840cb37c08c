import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import type { FindCurrentSession } from '#protocol/current-session.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { CitizenSession, CitizenSessions } from '#sessions/citizen-sessions.ts';
import { sessions as sessionsPage } from '#views/account/sessions.ts';
import { browserOf } from './browser-name.ts';

export type SessionsNeeds = {
  frames: PageFrames;
  csrf: Csrf;
  audit: AuditEvents;
  sessions: CitizenSessions;
  findCurrentSession: FindCurrentSession;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
};

/** Everywhere the citizen is signed in, and how to end it. Relying parties are told through the logout outbox. */
export function createSessionsStep({
  frames,
  csrf,
  audit,
  sessions,
  findCurrentSession,
  findRelyingParty,
}: SessionsNeeds) {
  async function describe(session: CitizenSession, currentUid: string) {
    const services = await Promise.all(session.clientIds.map(findRelyingParty));
    return {
      id: session.id,
      ...browserOf(session.device),
      startedAt: session.startedAt,
      lastSeenAt: session.lastSeenAt,
      isThisOne: session.uid === currentUid,
      isSharedComputer: session.isShared,
      services: services.flatMap((service) => (service === undefined ? [] : [service.name])),
    };
  }

  return {
    async show(ctx: Context): Promise<void> {
      const current = await findCurrentSession(ctx);
      if (current === undefined) return toFrontDoor(ctx);
      const found = await sessions.list(current.citizenId);
      const { text, frame } = frames.of(ctx);
      const page = sessionsPage(text, {
        frame,
        action: '/account/sessions',
        csrf: csrf.tokenFor(ctx),
        sessions: await Promise.all(found.map((session) => describe(session, current.uid))),
        hasJustEnded: ctx.query.ended === 'yes',
      });
      sendPage(ctx, page);
    },

    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const current = await findCurrentSession(ctx);
      if (current === undefined) return toFrontDoor(ctx);
      const { citizenId } = current;
      const one = () => sessions.end({ citizenId, sessionId: form.text('session') });
      const ended = form.text('all') === 'yes' ? await sessions.endAll(citizenId) : [await one()];
      for (const session of ended) {
        if (session === undefined) continue;
        await audit.sessionEnded({ citizenId, by: 'citizen', relyingPartiesToTell: session.told.length });
      }
      ctx.status = 303;
      ctx.redirect('/account/sessions?ended=yes');
    },
  };
}

/** Nobody is signed in here any more: the front door says what can be done. */
function toFrontDoor(ctx: Context): void {
  ctx.status = 303;
  ctx.redirect('/');
}
