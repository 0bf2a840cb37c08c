import { sendPage } from '#protocol/page-frame.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { ClaimsSources } from '#sources/claims-sources.ts';
import { sourceList } from '#views/console/sources/list.ts';
import { askedOrganisation } from '../asked-organisation.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import type { ConsoleRoute } from '../console-route.ts';
import { type AskNeeds, createAskSecondPerson } from '../relying-parties/ask-second-person.ts';
import { createRelyingPartyHere, type RelyingPartyHereNeeds } from '../relying-parties/relying-party-here.ts';
import { type SourceNeeds, sourceRoutes, sourceStateOf } from './source.ts';

export type SourcesNeeds = RelyingPartyHereNeeds &
  SourceNeeds &
  AskNeeds & {
    consoleFrames: ConsoleFrames;
    claimsSources: Pick<ClaimsSources, 'listRegistered'>;
    findAnyRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
    organisations: Pick<Organisations, 'namesOf'>;
  };

/** Universities as sources: all of them for those who watch over them, and each beside the rest of its service. */
export function sourcesRoutes(needs: SourcesNeeds): ConsoleRoute[] {
  const { consoleFrames, claimsSources, findAnyRelyingParty, organisations } = needs;
  const relyingPartyHere = createRelyingPartyHere(needs);
  return [
    {
      method: 'GET',
      path: '/console/sources',
      needs: 'sources:read',
      about: askedOrganisation,
      async answer(ctx, here) {
        const registered = await claimsSources.listRegistered();
        const found = await Promise.all(
          registered.map(async (source) => ({ source, relyingParty: await findAnyRelyingParty(source.clientId) })),
        );
        // Staff list those of one of their organisations.
        const organisationId = here.may('sources:read') ? undefined : askedOrganisation(ctx, here);
        const listed = found.filter(
          ({ relyingParty }) => organisationId === undefined || relyingParty?.organisationId === organisationId,
        );
        const named = await organisations.namesOf(
          listed.flatMap(({ relyingParty }) => relyingParty?.organisationId ?? []),
        );
        const { text, ...frame } = consoleFrames.of(ctx, here);
        const sources = listed.map(({ source: { clientId, issuer, claims, state }, relyingParty }) => ({
          ...{ clientId, issuer, claims },
          name: relyingParty?.name,
          organisation: named.get(relyingParty?.organisationId ?? ''),
          state: sourceStateOf({ state }, relyingParty),
        }));
        sendPage(ctx, sourceList(text, { ...frame, sources }));
      },
    },
    ...sourceRoutes({ ...needs, relyingPartyHere, second: createAskSecondPerson(needs) }),
  ];
}
