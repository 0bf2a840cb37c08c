import type { Context } from 'koa';
import { type Approval, type Approvals, isOvertaken } from '#operators/approvals.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { approvalDecision } from '#views/console/approvals/decision.ts';
import { approvalList } from '#views/console/approvals/list.ts';
import type { Text } from '#views/text/text.ts';
import type { NameOfActor } from '../actor-names.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { type ConsoleRoute, inPath, inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { NameOfPerson } from '../person-names.ts';
import { isOrganisationRequest } from './console-acts.ts';
import type { createShownAgreement } from './shown-agreement.ts';
import type { createShownChanges } from './shown-changes.ts';

export type ApprovalNeeds = {
  consoleFrames: ConsoleFrames;
  approvals: Approvals;
  organisations: Pick<Organisations, 'find' | 'moveTo'>;
  findAnyRelyingParty(clientId: string): Promise<Pick<RelyingParty, 'name'> | undefined>;
  nameOf: NameOfPerson;
  nameOfActor: NameOfActor;
  shownChanges: ReturnType<typeof createShownChanges>;
  shownAgreement: ReturnType<typeof createShownAgreement>;
};

const PATH = '/console/approvals';
const STATES = ['waiting', 'approved', 'refused', 'lapsed'] as const;
/** A few sentences. */
const LONGEST_WHY = 1000;

type Said = Pick<Parameters<typeof approvalDecision>[1], 'problem' | 'faults' | 'isDone'>;

/** What waits for a second person, and their word. */
export function approvalRoutes({
  consoleFrames,
  approvals,
  organisations,
  findAnyRelyingParty,
  nameOf,
  nameOfActor,
  shownChanges,
  shownAgreement,
}: ApprovalNeeds): ConsoleRoute[] {
  return [
    { method: 'GET', path: PATH, needs: 'approvals:read', answer: list },
    {
      method: 'GET',
      path: `${PATH}/:approval`,
      needs: 'approvals:read',
      answer: async (ctx, here) =>
        show(ctx, here, await get(ctx), { said: { isDone: inQuery(ctx, 'done') === 'yes' } }),
    },
    {
      method: 'POST',
      path: `${PATH}/:approval`,
      needs: 'approvals:decide',
      async answer(ctx, here, form) {
        const approval = await get(ctx);
        const why = form.text('why').replace(/\s+/g, ' ').trim().slice(0, LONGEST_WHY);
        const decision = form.text('decision');
        if (decision !== 'approved' && decision !== 'refused') throw new Refusal('bad-request', 400);
        if (why === '') return show(ctx, here, approval, { said: { problem: 'why-missing' }, status: 422 });
        const decided = await approvals.decide({ id: approval.id, by: here.citizenId, decision, why });
        switch (decided.outcome) {
          case 'not-found':
            throw new Refusal('not-found', 404);
          case 'refused':
            return show(ctx, here, approval, { said: { faults: decided.faults }, status: 422 });
          case 'done':
            if (decision === 'refused') await turnAway(approval, { by: here.citizenId, why });
            ctx.status = 303;
            return ctx.redirect(`${PATH}/${approval.id}?done=yes`);
          default:
            return show(ctx, here, approval, { said: { problem: decided.outcome }, status: 409 });
        }
      },
    },
  ];

  async function list(ctx: Context, here: OperatorHere): Promise<void> {
    const state = STATES.find((each) => each === inQuery(ctx, 'state'));
    const found = await approvals.list(state === undefined ? {} : { state });
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const address = { path: PATH, query: { state } };
    sendPage(
      ctx,
      approvalList(text, { ...shown, address, approvals: await Promise.all(found.map((each) => listed(each, text))) }),
    );
  }

  async function show(
    ctx: Context,
    here: OperatorHere,
    approval: Approval,
    { said, status = 200 }: { said: Said; status?: number },
  ): Promise<void> {
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const { decided, why } = approval;
    const page = approvalDecision(text, {
      ...shown,
      ...said,
      approval: {
        ...(await listed(approval, text)),
        aboutHref: hrefOf(approval),
        why,
        ...(decided === undefined || isOvertaken(approval)
          ? {}
          : { decided: { ...decided, by: await nameOfActor(decided.by, text) } }),
        overtakenAt: isOvertaken(approval) ? decided?.at : undefined,
      },
      changes: await shownChanges(approval, text),
      agreement: await shownAgreement(approval),
      whyNot: await approvals.whyNot(approval, here.citizenId),
      mayDecide: here.may('approvals:decide'),
    });
    sendPage(ctx, page, { status });
  }

  async function get(ctx: Context): Promise<Approval> {
    const id = inPath(ctx, 'approval');
    const approval = /^[\da-f-]{36}$/.test(id) ? await approvals.find(id) : undefined;
    if (approval === undefined) throw new Refusal('not-found', 404);
    return approval;
  }

  async function listed(approval: Approval, text: Text) {
    const { id, act, subject, organisationId, askedBy, askedAt, state } = approval;
    const program = /^client:(.+)$/.exec(askedBy)?.[1];
    return {
      ...{ id, act, askedAt, state },
      about: await subjectOf(approval),
      organisation:
        organisationId === undefined || organisationId === subject ? undefined : await organisationOf(organisationId),
      askedBy: program === undefined ? { person: await nameOfActor(askedBy, text) } : await serviceOf(program),
    };
  }

  async function subjectOf({ act, subject, organisationId }: Approval) {
    if (isAboutPerson(act)) return { person: await nameOf(subject) };
    return subject === organisationId ? organisationOf(subject) : serviceOf(subject);
  }

  async function organisationOf(id: string) {
    return { id, name: (await organisations.find(id))?.name };
  }

  async function serviceOf(id: string) {
    return { id, name: (await findAnyRelyingParty(id))?.name };
  }

  /** An organisation whose request is refused may ask again. */
  async function turnAway({ subject, payload }: Approval, said: { by: string; why: string }): Promise<void> {
    if (isOrganisationRequest(payload)) await organisations.moveTo({ id: subject, stage: 'not-begun', ...said });
  }
}

function isAboutPerson(act: Approval['act']): boolean {
  return act === 'grant-operator' || act === 'revoke-operator';
}

/** Where whoever decides reads on: the service, or the organisation. */
function hrefOf({ act, subject, organisationId }: Approval): string | undefined {
  if (isAboutPerson(act)) return undefined;
  const room = subject === organisationId ? 'organisations' : 'relying-parties';
  return `/console/${room}/${encodeURIComponent(subject)}`;
}
