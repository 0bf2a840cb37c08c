import type { Context } from 'koa';
import type { Approvals } from '#operators/approvals.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { DomainProofs } from '#relying-parties/domain-proofs.ts';
import { type Organisation, STAGE_MOVES } from '#relying-parties/organisation.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import { type OrganisationProps, organisationPage } from '#views/console/organisations/organisation.ts';
import type { Text } from '#views/text/text.ts';
import type { NameOfActor } from '../actor-names.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { organisationInPath } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';

export type OrganisationHereNeeds = {
  consoleFrames: ConsoleFrames;
  organisations: Organisations;
  domainProofs: DomainProofs;
  approvals: Pick<Approvals, 'list' | 'ask'>;
  nameOfActor: NameOfActor;
};

type Said = Pick<OrganisationProps, 'said' | 'faults' | 'domainFault'> & { status?: number };

/** The page of one organisation, after each of its forms, too. */
export function createOrganisationHere({
  consoleFrames,
  organisations,
  domainProofs,
  approvals,
  nameOfActor,
}: OrganisationHereNeeds) {
  return {
    async get(ctx: Context): Promise<Organisation> {
      const organisation = await organisations.find(organisationInPath(ctx));
      if (organisation === undefined) throw new Refusal('not-found', 404);
      return organisation;
    },

    async show(ctx: Context, here: OperatorHere, organisation: Organisation, { status = 200, ...said }: Said = {}) {
      const { id, name, kind, stage } = organisation;
      const [history, domains, waiting, parent] = await Promise.all([
        organisations.history(id),
        domainProofs.listOf(id),
        approvals.list({ state: 'waiting', organisationId: id }),
        organisation.parent === undefined ? undefined : organisations.find(organisation.parent),
      ]);
      const { text, ...shown } = consoleFrames.of(ctx, here);
      const page = organisationPage(text, {
        ...shown,
        ...said,
        organisation: {
          ...{ id, name, kind, stage },
          ...(parent === undefined ? {} : { parent: { id: parent.id, name: parent.name } }),
        },
        history: await Promise.all(history.map(async (step) => ({ ...step, by: await nameOrNone(step.by, text) }))),
        contacts: organisation.contacts,
        domains: domains.map(({ domain, method, provenAt, failingSince, dns, file }) => ({
          ...{ domain, method, dns, file },
          isProven: provenAt !== undefined,
          isFailing: failingSince !== undefined,
        })),
        moves: here.may('organisations:decide') ? STAGE_MOVES[stage] : [],
        mayChange: here.may('own-organisation:change', { organisationId: id }),
        isWaiting: waiting.length > 0,
      });
      sendPage(ctx, page, { status });
    },
  };

  async function nameOrNone(by: string, text: Text): Promise<string | undefined> {
    return by === 'registry' ? undefined : nameOfActor(by, text);
  }
}

export type OrganisationHere = ReturnType<typeof createOrganisationHere>;
