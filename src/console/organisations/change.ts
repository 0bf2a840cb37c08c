import type { Context } from 'koa';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import type { DomainProofs } from '#relying-parties/domain-proofs.ts';
import { ORGANISATION_STAGES } from '#relying-parties/organisation.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import { secondPersonFor } from '../approvals/console-acts.ts';
import { type ConsoleRoute, inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { faultWords } from './fault-words.ts';
import type { OrganisationHere, OrganisationHereNeeds } from './organisation-here.ts';
import { typedContacts } from './typed-contacts.ts';

type Needs = {
  organisations: Organisations;
  domainProofs: DomainProofs;
  approvals: OrganisationHereNeeds['approvals'];
  consoleFrames: OrganisationHereNeeds['consoleFrames'];
  organisationHere: OrganisationHere;
};

const LONGEST_WHY = 1000;
const DONE = ['done', 'asked'] as const;
const DOMAIN_DONE = ['proven', 'claimed', 'given-up'] as const;

/** What the ministry decides about an organisation, and what its own staff keep in order. */
export function createChangeSteps({ organisations, domainProofs, approvals, consoleFrames, organisationHere }: Needs) {
  const { get, show } = organisationHere;
  const wordsOf = (ctx: Context, here: OperatorHere) => consoleFrames.of(ctx, here).text.consoleOrganisations;
  const back = (ctx: Context, id: string, said: string) => {
    ctx.status = 303;
    ctx.redirect(`/console/organisations/${encodeURIComponent(id)}?said=${said}`);
  };

  return {
    async show(ctx, here) {
      const words = wordsOf(ctx, here);
      const asked = inQuery(ctx, 'said');
      const done = DONE.find((each) => each === asked);
      const domain = DOMAIN_DONE.find((each) => each === asked);
      const said =
        (done === undefined ? undefined : words.move[done]) ??
        (domain === undefined ? undefined : words.domains.outcomes[domain]);
      await show(ctx, here, await get(ctx), said === undefined ? {} : { said: { kind: 'success', words: said } });
    },

    async move(ctx, here, form) {
      const organisation = await get(ctx);
      const { id } = organisation;
      const words = wordsOf(ctx, here).move;
      const stage = ORGANISATION_STAGES.find((each) => each === form.text('stage'));
      const why = form.text('why').replace(/\s+/g, ' ').trim().slice(0, LONGEST_WHY);
      if (stage === undefined) throw new Refusal('bad-request', 400);
      if (why === '')
        return show(ctx, here, organisation, { faults: { why: words.errors['why-missing'] }, status: 422 });
      const second = secondPersonFor(stage, organisation.stage);
      if (second !== undefined) {
        await approvals.ask({
          act: actFor(second, organisation.stage),
          subject: id,
          organisationId: id,
          askedBy: here.citizenId,
          why,
          payload: { of: 'organisation-stage', stage: second },
        });
        return back(ctx, id, 'asked');
      }
      const moved = await organisations.moveTo({ id, stage, by: here.citizenId, why });
      if (moved.outcome === 'moved') return back(ctx, id, 'done');
      return show(ctx, here, await get(ctx), { faults: { stage: words.errors['not-allowed'] }, status: 422 });
    },

    async contacts(ctx, here, form) {
      const { id, name, kind, stage, parent, contacts } = await get(ctx);
      const draft = { id, name, kind, stage, parent, contacts: typedContacts(form) };
      const saved = await organisations.save(draft, { by: here.citizenId });
      if (saved.outcome === 'saved') return back(ctx, id, 'done');
      const typed = { id, name, kind, stage, parent, domains: [], contacts: [...draft.contacts, ...contacts] };
      await show(ctx, here, typed, { faults: faultWords(saved.faults, wordsOf(ctx, here)), status: 422 });
    },

    async domains(ctx, here, form) {
      const organisation = await get(ctx);
      const about = { organisationId: organisation.id, domain: form.text('domain'), by: here.citizenId };
      const done = await carryOut(form, about);
      if (done.said !== undefined) return back(ctx, organisation.id, done.said);
      const { errors } = wordsOf(ctx, here).domains;
      const domainFault = { domain: about.domain, words: errors[done.fault] };
      await show(ctx, here, organisation, { domainFault, status: 422 });
    },
  } satisfies Record<string, ConsoleRoute['answer']>;

  async function carryOut(form: Form, about: { organisationId: string; domain: string; by: string }) {
    switch (form.text('act')) {
      case 'check': {
        const checked = await domainProofs.check(about);
        if (checked.outcome === 'proven') return { said: 'proven' } as const;
        return { fault: checked.outcome === 'refused' ? checked.reason : checked.outcome } as const;
      }
      case 'give-up':
        return (await domainProofs.giveUp(about))
          ? ({ said: 'given-up' } as const)
          : ({ fault: 'no-challenge' } as const);
      default: {
        const challenge = await domainProofs.challenge(about);
        return challenge.outcome === 'challenge'
          ? ({ said: 'claimed' } as const)
          : ({ fault: challenge.reason } as const);
      }
    }
  }
}

function actFor(stage: 'in-technical-process' | 'connected' | 'suspended', from: string) {
  if (stage === 'suspended') return 'suspend';
  return from === 'suspended' ? 'resume' : 'connect-organisation';
}
