import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import { relyingPartyList } from '#views/console/relying-parties/list.ts';
import { askedOrganisation, ownOrganisations } from '../asked-organisation.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { type ConsoleRoute, inQuery } from '../console-route.ts';

export type ListNeeds = {
  consoleFrames: ConsoleFrames;
  registrations: Pick<Registrations, 'listFor'>;
  organisations: Pick<Organisations, 'namesOf'>;
};

const ENVIRONMENTS = ['test', 'production'] as const;
const STATES = ['active', 'suspended', 'not-live'] as const;
/** What one page shows: enough to look over, and far below what would be slow. */
const PAGE = 50;

/** Services by name, environment and state: those of one's organisation, or all. */
export function listRoutes({ consoleFrames, registrations, organisations }: ListNeeds): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/console/relying-parties',
      needs: 'relying-parties:read',
      about: askedOrganisation,
      async answer(ctx, here) {
        const query = {
          q: inQuery(ctx, 'q'),
          organisation: inQuery(ctx, 'organisation'),
          environment: inQuery(ctx, 'environment'),
          state: inQuery(ctx, 'state'),
          after: inQuery(ctx, 'after'),
        };
        // Who may read everything names an organisation or none; staff always list one of theirs.
        const organisationId = here.may('relying-parties:read')
          ? query.organisation || undefined
          : askedOrganisation(ctx, here);
        const listed = await registrations.listFor({
          organisationId,
          search: query.q,
          environment: ENVIRONMENTS.find((each) => each === query.environment),
          state: STATES.find((each) => each === query.state),
          after: query.after || undefined,
          limit: PAGE,
        });
        if (listed.outcome === 'not-a-cursor') throw new Refusal('bad-request', 400);
        const own = ownOrganisations(here);
        const named = await organisations.namesOf([
          ...own,
          ...listed.relyingParties.map((each) => each.organisationId),
        ]);
        const { text, ...frame } = consoleFrames.of(ctx, here);
        const page = relyingPartyList(text, {
          ...frame,
          query,
          relyingParties: listed.relyingParties.map(({ securityProfile, ...each }) => ({
            ...each,
            organisation: named.get(each.organisationId),
            profile: securityProfile,
          })),
          next: listed.next,
          organisations: own.map((id) => ({ id, name: named.get(id) ?? { fa: id, en: id } })),
          mayRegisterFor: here.may('relying-parties:change', { organisationId }) ? organisationId : undefined,
        });
        sendPage(ctx, page);
      },
    },
  ];
}
