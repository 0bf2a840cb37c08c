import type { Context } from 'koa';
import type { AuditStore } from '#audit/audit-store.ts';
import type { AuditEvents } from '#audit/events.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { ConsentReceipts } from '#relying-parties/consent-receipts.ts';
import type { ConsentsStore, GivenConsent } from '#relying-parties/consents-store.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { CitizenSessions } from '#sessions/citizen-sessions.ts';
import { services as servicesPage } from '#views/account/services.ts';
import type { CitizenHere } from './citizen-here.ts';

export type ServicesNeeds = {
  citizenHere: CitizenHere;
  frames: PageFrames;
  csrf: Csrf;
  audit: AuditEvents;
  auditStore: Pick<AuditStore, 'lastUses'>;
  consents: Pick<ConsentsStore, 'find' | 'listOf' | 'withdraw'>;
  receipts: Pick<ConsentReceipts, 'issue' | 'listOf'>;
  sessions: Pick<CitizenSessions, 'endGrants'>;
  /** Suspended ones too: what they were told is not undone by a suspension. */
  findAnyRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  oweLogout(owed: { clientId: string; citizenId: string }): Promise<void>;
};

/** A citizen's two decisions about each of fifty services; all of them are in the export. */
const RECEIPTS_SHOWN = 100;

/** What each service receives and why, and how to take it back. */
export function createServicesStep(needs: ServicesNeeds) {
  const { citizenHere, frames, csrf, audit, auditStore, consents, receipts, sessions, findAnyRelyingParty, oweLogout } =
    needs;

  async function describe(consent: GivenConsent, lastUses: Map<string, number>) {
    const relyingParty = await findAnyRelyingParty(consent.clientId);
    const purposes = new Map(relyingParty?.agreement.claims.map(({ claim, purpose }) => [claim, purpose]));
    return {
      clientId: consent.clientId,
      name: relyingParty?.name ?? { fa: consent.clientId, en: consent.clientId },
      claims: consent.claims.map((claim) => ({ claim, purpose: purposes.get(claim) })),
      isOffline: consent.scopes.includes('offline_access'),
      givenAt: consent.givenAt,
      lastUsedAt: lastUses.get(consent.clientId),
    };
  }

  async function withdraw(consent: GivenConsent): Promise<boolean> {
    const { citizenId, clientId } = consent;
    const relyingParty = await findAnyRelyingParty(clientId);
    const receipt = await receipts.issue({ act: 'withdrawn', citizenId, clientId, relyingParty, consent });
    return consents.withdraw({ citizenId, clientId }, receipt);
  }

  async function listReceipts(citizenId: string) {
    const kept = await receipts.listOf(citizenId, { limit: RECEIPTS_SHOWN });
    return Promise.all(
      kept.map(async ({ id, clientId, act, at }) => ({
        ...{ id, act, at },
        name: (await findAnyRelyingParty(clientId))?.name ?? { fa: clientId, en: clientId },
      })),
    );
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const [given, lastUses] = await Promise.all([
        consents.listOf(here.citizen.id),
        auditStore.lastUses(here.citizen.id),
      ]);
      const { text, frame } = frames.of(ctx);
      const page = servicesPage(text, {
        frame,
        action: '/account/services',
        csrf: csrf.tokenFor(ctx),
        services: await Promise.all(given.map((consent) => describe(consent, lastUses))),
        receipts: await listReceipts(here.citizen.id),
        hasJustWithdrawn: ctx.query.withdrawn === 'yes',
      });
      sendPage(ctx, page);
    },

    /** Whom to tell is noted before anything is ended, as with every sign-out. */
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const place = { citizenId: here.citizen.id, clientId: form.text('service') };
      const consent = await consents.find(place);
      const isWithdrawn = consent !== undefined && (await withdraw(consent));
      if (isWithdrawn) {
        await oweLogout(place);
        await audit.consentWithdrawn({ ...place, grantsEnded: await sessions.endGrants(place) });
      }
      ctx.status = 303;
      ctx.redirect('/account/services?withdrawn=yes');
    },
  };
}
