import type { Context } from 'koa';
import { type Approval, type Approvals, isOvertaken } from '#operators/approvals.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import { approvalDecision } from '#views/console/approvals/decision.ts';
import { approvalList } from '#views/console/approvals/list.ts';
import type { Text } from '#views/text/text.ts';
import type { NameOfActor } from '../actor-names.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import { type ConsoleRoute, inPath, inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { namesOf } from '../person-names.ts';
import { isOrganisationRequest } from './console-acts.ts';
import type { createShownAgreement } from './shown-agreement.ts';
import type { createShownChanges } from './shown-changes.ts';

export type ApprovalNeeds = {
  consoleFrames: ConsoleFrames;
  approvals: Approvals;
  organisations: Pick<Organisations, 'namesOf' | 'moveTo'>;
  registrations: Pick<Registrations, 'namesOf'>;
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
  registrations,
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
    sendPage(ctx, approvalList(text, { ...shown, address, approvals: await listed(found, text) }));
  }

  async function show(
    ctx: Context,
    here: OperatorHere,
    approval: Approval,
    { said, status = 200 }: { said: Said; status?: number },
  ): Promise<void> {
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const { decided, why } = approval;
    const [shownApproval] = await listed([approval], text);
    if (shownApproval === undefined) throw new Error('an approval was not listed');
    const page = approvalDecision(text, {
      ...shown,
      ...said,
      approval: {
        ...shownApproval,
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

  /** The names of a whole queue are looked up together. */
  async function listed(found: readonly Approval[], text: Text) {
    const programs = found.flatMap(({ askedBy }) => programOf(askedBy) ?? []);
    const [organisationNames, serviceNames] = await Promise.all([
      organisations.namesOf(found.flatMap(({ organisationId }) => organisationId ?? [])),
      registrations.namesOf([...found.map(({ subject }) => subject), ...programs]),
    ]);
    const organisationOf = (id: string) => ({ id, name: organisationNames.get(id) });
    const serviceOf = (id: string) => ({ id, name: serviceNames.get(id) });
    const personOnce = await namesOf(
      (by) => nameOfActor(by, text),
      found.flatMap(({ act, askedBy, subject }) => [
        programOf(askedBy) === undefined ? askedBy : undefined,
        isAboutPerson(act) ? subject : undefined,
      ]),
    );
    return found.map(({ id, act, subject, organisationId, askedBy, askedAt, state }) => {
      const program = programOf(askedBy);
      const isTheirs = subject === organisationId;
      const about = isTheirs ? organisationOf(subject) : serviceOf(subject);
      return {
        ...{ id, act, askedAt, state },
        about: isAboutPerson(act) ? { person: personOnce(subject) } : about,
        organisation: organisationId === undefined || isTheirs ? undefined : organisationOf(organisationId),
        askedBy: program === undefined ? { person: personOnce(askedBy) } : serviceOf(program),
      };
    });
  }

  /** An organisation whose request is refused may ask again. */
  async function turnAway({ subject, payload }: Approval, said: { by: string; why: string }): Promise<void> {
    if (isOrganisationRequest(payload)) await organisations.moveTo({ id: subject, stage: 'not-begun', ...said });
  }
}

function programOf(askedBy: string): string | undefined {
  return /^client:(.+)$/.exec(askedBy)?.[1];
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
