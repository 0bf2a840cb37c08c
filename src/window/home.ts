import type { Context } from 'koa';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { Organisation, OrganisationKind } from '#relying-parties/organisations-store.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { home, type ServiceKind } from '#views/window/home.ts';

export type HomeNeeds = {
  frames: PageFrames;
  relyingParties: { list(): Promise<RelyingParty[]> };
  organisations: { list(): Promise<Organisation[]> };
};

/** Lists what a citizen can open: active services that have a page where a sign-in begins. */
export function createHomeStep({ frames, relyingParties, organisations }: HomeNeeds) {
  return {
    async show(ctx: Context): Promise<void> {
      const [parties, owners] = await Promise.all([relyingParties.list(), organisations.list()]);
      const kinds = new Map(owners.map(({ id, kind }) => [id, kind]));
      const services = parties
        .filter(({ state, metadata }) => state === 'active' && metadata.initiate_login_uri !== undefined)
        .map(({ clientId, name, organisationId }) => ({
          name,
          kind: HEADING_OF[kinds.get(organisationId) ?? 'agency'],
          openHref: `/open/${encodeURIComponent(clientId)}`,
        }));
      const { text, frame } = frames.of(ctx);
      sendPage(ctx, home(text, { frame, services }));
    },
  };
}

const HEADING_OF: Readonly<Record<OrganisationKind, ServiceKind>> = {
  'state-university': 'state-university',
  'medical-university': 'medical-university',
  'open-university': 'payame-noor',
  'applied-science-university': 'applied-science',
  'teacher-training-university': 'teacher-training',
  'private-institution': 'non-profit',
  'research-institute': 'research-institute',
  agency: 'government',
};
