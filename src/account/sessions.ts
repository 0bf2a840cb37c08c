import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { HOUR } from '#platform/durations.ts';
import { browserOf } from '#platform/http/browser-name.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { LogoutStates } from '#relying-parties/logout-states-store.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { CitizenSession, CitizenSessions } from '#sessions/citizen-sessions.ts';
import { sessions as sessionsPage } from '#views/account/sessions.ts';
import type { CitizenHere } from './citizen-here.ts';

export type SessionsNeeds = {
  citizenHere: CitizenHere;
  frames: PageFrames;
  csrf: Csrf;
  audit: AuditEvents;
  sessions: CitizenSessions;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  /** What came of the sessions that this citizen ended since then. */
  logoutStates: Pick<LogoutStates, 'list'>;
  clock: Clock;
};

/** Longer than the next hour says nothing of the session that was ended just now. */
const SHOWN_FOR = 1 * HOUR;
/** The page comes again by itself, without script: slow enough to be read. */
const LOOK_AGAIN_SECONDS = '15';

/** Everywhere the citizen is signed in, and how to end it. Relying parties are told through the logout outbox. */
export function createSessionsStep({
  citizenHere,
  frames,
  csrf,
  audit,
  sessions,
  findRelyingParty,
  logoutStates,
  clock,
}: SessionsNeeds) {
  async function describe(session: CitizenSession, currentUid: string) {
    const services = await Promise.all(session.clientIds.map(findRelyingParty));
    return {
      id: session.id,
      ...browserOf(session.device),
      network: session.network,
      startedAt: session.startedAt,
      lastSeenAt: session.lastSeenAt,
      isThisOne: session.uid === currentUid,
      isSharedComputer: session.isShared,
      services: services.flatMap((service) => (service === undefined ? [] : [service.name])),
    };
  }

  async function describeSignedOut(citizenId: string) {
    const states = await logoutStates.list({ citizenId, since: clock.now() - SHOWN_FOR });
    const named = await Promise.all(
      states.map(async (of) => ({ ...of, name: (await findRelyingParty(of.clientId))?.name })),
    );
    return named.flatMap(({ name, ...of }) => (name === undefined ? [] : [{ ...of, name }]));
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const found = await sessions.list(here.citizen.id);
      const { text, frame } = frames.of(ctx);
      const hasJustEnded = ctx.query.ended === 'yes';
      const signedOut = hasJustEnded ? await describeSignedOut(here.citizen.id) : [];
      if (signedOut.some(({ state }) => state === 'trying')) ctx.set('Refresh', LOOK_AGAIN_SECONDS);
      const page = sessionsPage(text, {
        frame,
        action: '/account/sessions',
        csrf: csrf.tokenFor(ctx),
        sessions: await Promise.all(found.map((session) => describe(session, here.sessionUid))),
        hasJustEnded,
        signedOut,
      });
      sendPage(ctx, page);
    },

    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const citizenId = here.citizen.id;
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
