import type { Context } from 'koa';
import { readNationalCode } from '#citizens/national-code.ts';
import { ROLES } from '#operators/permissions.ts';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type GiveFaults, type GiveTyped, giveRole } from '#views/console/operators/give.ts';
import { isSameRole, type RoleGrant, readRoleGrant } from '../approvals/console-acts.ts';
import type { ConsoleRoute } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { readWhy } from '../typed-why.ts';
import type { OperatorNeeds } from './routes.ts';

type Needs = Omit<OperatorNeeds, 'nameOf'>;

/** A role is asked for here and given by a second person, who reads the citizen's name. */
export function createGiveSteps({
  consoleFrames,
  operators,
  approvals,
  organisations,
  findByNationalCode,
  personLookUps,
}: Needs) {
  return {
    async show(ctx, here) {
      const { text, ...shown } = consoleFrames.of(ctx, here);
      sendPage(ctx, giveRole(text, shown));
    },

    async submit(ctx, here, form) {
      const typed = readTyped(form);
      const read = await readGrant(typed, here);
      if ('faults' in read) return again(ctx, here, { typed, faults: read.faults });
      const { citizenId, organisationId } = read.grant;
      await approvals.ask({
        act: 'grant-operator',
        subject: citizenId,
        ...(organisationId === undefined ? {} : { organisationId }),
        askedBy: here.citizenId,
        why: typed.why,
        payload: read.grant,
      });
      ctx.status = 303;
      ctx.redirect('/console/operators?said=asked');
    },
  } satisfies Record<string, ConsoleRoute['answer']>;

  /** The citizen is looked up last, when everything else that was typed is good. */
  async function readGrant(
    typed: GiveTyped,
    here: OperatorHere,
  ): Promise<{ grant: RoleGrant } | { faults: GiveFaults }> {
    const role = ROLES.find((each) => each === typed.role);
    const code = readNationalCode(typed.nationalCode);
    if (role === undefined) return { faults: { role: 'missing' } };
    if (code === undefined) return { faults: { national_code: 'not-a-code' } };
    if (typed.why === '') return { faults: { why: 'missing' } };
    const isStaff = role === 'university-staff';
    if (isStaff !== (typed.organisation !== ''))
      return { faults: { organisation: isStaff ? 'organisation-missing' : 'organisation-needless' } };
    if (isStaff && (await organisations.find(typed.organisation)) === undefined)
      return { faults: { organisation: 'no-organisation' } };
    const taken = await personLookUps.take(here.citizenId);
    if (!taken.allowed) throw new Refusal('busy', 429, { retryAfterSeconds: Math.ceil(taken.retryAfterMs / 1000) });
    const citizen = await findByNationalCode(code);
    if (citizen?.state !== 'active') return { faults: { national_code: 'no-account' } };
    const grant = { citizenId: citizen.id, role, ...(isStaff ? { organisationId: typed.organisation } : {}) };
    const [has, waiting] = await Promise.all([
      operators.operatorsOf(citizen.id),
      approvals.list({ state: 'waiting', subject: citizen.id }),
    ]);
    if (has.some((each) => isSameRole(each, grant))) return { faults: { role: 'already' } };
    const isAsked = waiting.some(({ act, payload }) => {
      const asked = readRoleGrant(payload);
      return act === 'grant-operator' && asked !== undefined && isSameRole(asked, grant);
    });
    return isAsked ? { faults: { role: 'waiting' } } : { grant };
  }

  function again(ctx: Context, here: OperatorHere, said: { typed: GiveTyped; faults: GiveFaults }): void {
    const { text, ...shown } = consoleFrames.of(ctx, here);
    sendPage(ctx, giveRole(text, { ...shown, ...said }), { status: 422 });
  }
}

function readTyped(form: Form): GiveTyped {
  return {
    nationalCode: form.text('national_code').slice(0, 64),
    role: form.text('role'),
    organisation: form.text('organisation').trim().toLowerCase(),
    why: readWhy(form),
  };
}
