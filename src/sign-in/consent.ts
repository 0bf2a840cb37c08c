import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import { DAY } from '#platform/durations.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import type { Consents } from '#protocol/consents.ts';
import type { Interaction, Interactions } from '#protocol/interactions.ts';
import { LIFETIMES } from '#protocol/lifetimes.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Resource } from '#relying-parties/resources-store.ts';
import { consent } from '#views/sign-in/consent.ts';
import { askerOf } from './asker.ts';

export type ConsentNeeds = {
  interactions: Interactions;
  consents: Consents;
  frames: PageFrames;
  csrf: Csrf;
  audit: AuditEvents;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  findResource(identifier: string): Promise<Resource | undefined>;
};

/** Which claims, why and for how long; optional ones can be left out, and what was decided before is not asked again. */
export function createConsentStep(needs: ConsentNeeds) {
  const { interactions, consents, frames, csrf, audit, findRelyingParty, findResource } = needs;

  async function load(
    ctx: Context,
  ): Promise<{ interaction: Interaction; relyingParty: RelyingParty; citizenId: string }> {
    const interaction = await interactions.load(ctx);
    const relyingParty = await findRelyingParty(interaction.clientId);
    if (relyingParty === undefined || interaction.citizenId === undefined)
      throw new Refusal('interaction-expired', 400);
    return { interaction, relyingParty, citizenId: interaction.citizenId };
  }

  async function describeResource([identifier, scopes]: [string, readonly string[]]) {
    const resource = await findResource(identifier);
    return { name: resource?.name ?? { fa: identifier, en: identifier }, scopes };
  }

  return {
    async show(ctx: Context): Promise<void> {
      const { interaction, relyingParty, citizenId } = await load(ctx);
      const { text, frame } = frames.of(ctx, interaction.uiLocales);
      const asker = askerOf(relyingParty, interaction.redirectUri);
      const { resources, ...question } = await consents.ask({ interaction, relyingParty, citizenId });
      const page = consent(text, {
        frame,
        action: `/consent/${interaction.uid}`,
        csrf: csrf.tokenFor(ctx),
        asker: asker ?? { name: relyingParty.name },
        ...question,
        resources: await Promise.all(Object.entries(resources).map(describeResource)),
        offlineDays: question.isOffline ? LIFETIMES.grantBeyondSession / DAY : undefined,
        policyHref: relyingParty.metadata.policy_uri,
      });
      sendPage(ctx, page, { formTargets: interaction.formTargets });
    },

    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const { interaction, relyingParty, citizenId } = await load(ctx);
      if (form.text('decision') !== 'allow') {
        await audit.consentRefused({ citizenId, clientId: relyingParty.clientId });
        return interactions.refuse(ctx);
      }
      const chosen = new Set(form.all('claims'));
      const shown = form.text('shown');
      const grantId = await consents.give({ interaction, relyingParty, citizenId, shown, chosen });
      await interactions.finishConsent(ctx, grantId);
    },
  };
}
