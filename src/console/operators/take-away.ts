import type { Context } from 'koa';
import type { Operator } from '#operators/operators.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type TakeAwayProps, takeAwayRole } from '#views/console/operators/take-away.ts';
import { isSameRole, readRoleGrant, secondPersonToTakeAway } from '../approvals/console-acts.ts';
import { type ConsoleRoute, inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { readWhy } from '../typed-why.ts';
import { OPERATORS_PATH, type OperatorNeeds } from './routes.ts';

type Needs = Omit<OperatorNeeds, 'findByNationalCode' | 'personLookUps'>;
type Named = { citizen: string; role: string; organisation: string };

/** A role is taken away at once, or asked for where whoever has it watches over others. */
export function createTakeAwaySteps({ consoleFrames, operators, approvals, organisations, nameOf }: Needs) {
  return {
    async show(ctx, here) {
      const { citizen, role, organisation } = namedBy((name) => inQuery(ctx, name));
      await show(ctx, here, await get({ citizen, role, organisation }));
    },

    async submit(ctx, here, form) {
      const operator = await get(namedBy((name) => form.text(name)));
      const { citizenId, role, organisationId } = operator;
      const of = { citizenId, role, ...(organisationId === undefined ? {} : { organisationId }) };
      const why = readWhy(form);
      if (why === '') return show(ctx, here, operator, { problem: 'missing' });
      if (!secondPersonToTakeAway(role)) {
        await operators.revoke({ ...of, by: here.citizenId, why });
        return back(ctx, 'taken');
      }
      if (!(await isWaiting(operator))) {
        const about = organisationId === undefined ? {} : { organisationId };
        const asked = { subject: citizenId, ...about, askedBy: here.citizenId, why, payload: of };
        await approvals.ask({ act: 'revoke-operator', ...asked });
      }
      return back(ctx, 'asked');
    },
  } satisfies Record<string, ConsoleRoute['answer']>;

  async function get({ citizen, role, organisation }: Named): Promise<Operator> {
    const of = { role, organisationId: organisation === '' ? undefined : organisation };
    const found = (await operators.operatorsOf(citizen)).find((each) =>
      isSameRole({ citizenId: citizen, ...of }, each),
    );
    if (found === undefined) throw new Refusal('not-found', 404);
    return found;
  }

  /** The same thing is asked for once, however often the button is pressed. */
  async function isWaiting(operator: Operator): Promise<boolean> {
    const waiting = await approvals.list({ state: 'waiting', subject: operator.citizenId });
    return waiting.some(({ act, payload }) => {
      const asked = readRoleGrant(payload);
      return act === 'revoke-operator' && asked !== undefined && isSameRole(asked, operator);
    });
  }

  async function show(
    ctx: Context,
    here: OperatorHere,
    { citizenId, role, organisationId }: Operator,
    said: Pick<TakeAwayProps, 'problem'> = {},
  ): Promise<void> {
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const organisation = organisationId === undefined ? undefined : await organisations.find(organisationId);
    const page = takeAwayRole(text, {
      ...shown,
      ...said,
      role: {
        ...{ citizenId, role, name: await nameOf(citizenId) },
        ...(organisationId === undefined ? {} : { organisation: { id: organisationId, name: organisation?.name } }),
      },
      takesTwo: secondPersonToTakeAway(role),
    });
    sendPage(ctx, page, { status: said.problem === undefined ? 200 : 422 });
  }

  function back(ctx: Context, said: 'taken' | 'asked'): void {
    ctx.status = 303;
    ctx.redirect(`${OPERATORS_PATH}?said=${said}`);
  }
}

function namedBy(read: (name: string) => string): Named {
  return { citizen: read('citizen'), role: read('role'), organisation: read('organisation') };
}
