import type { Context } from 'koa';
import type { Operator } from '#operators/operators.ts';
import { writeOperatorsCsv } from '#operators/operators-csv.ts';
import { ROLES } from '#operators/permissions.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { operatorList } from '#views/console/operators/list.ts';
import type { Text } from '#views/text/text.ts';
import { inQuery } from '../console-route.ts';
import type { OperatorHere } from '../operator-here.ts';
import { namesOf } from '../person-names.ts';
import type { OperatorNeeds } from './routes.ts';

type Needs = Pick<OperatorNeeds, 'consoleFrames' | 'operators' | 'organisations' | 'nameOf' | 'nameOfActor'>;

const ON_A_PAGE = 50;
const SAID = ['asked', 'taken'] as const;

/** Roles are few enough to be read at once; names and organisations are looked up for those of one page. */
export function createListStep({ consoleFrames, operators, organisations, nameOf, nameOfActor }: Needs) {
  return async (ctx: Context, here: OperatorHere): Promise<void> => {
    const role = ROLES.find((each) => each === inQuery(ctx, 'role'));
    const organisationId = inQuery(ctx, 'organisation').trim();
    const after = inQuery(ctx, 'after');
    const all = await operators.list({ role, organisationId: organisationId || undefined });
    if (inQuery(ctx, 'format') === 'csv') return sendCsv(ctx, all);
    const begin = after === '' ? 0 : all.findIndex((each) => keyOf(each) === after) + 1;
    if (after !== '' && begin === 0) throw new Refusal('bad-request', 400);
    const page = all.slice(begin, begin + ON_A_PAGE);
    const last = page.at(-1);
    const { text, ...shown } = consoleFrames.of(ctx, here);
    const list = operatorList(text, {
      ...shown,
      address: { path: ctx.path, query: { role, organisation: organisationId, after } },
      operators: await Promise.all(page.map((each) => lineOf(each, text))),
      next: begin + ON_A_PAGE < all.length && last !== undefined ? keyOf(last) : undefined,
      mayChange: here.may('operators:change'),
      said: SAID.find((each) => each === inQuery(ctx, 'said')),
    });
    sendPage(ctx, list);
  };

  async function sendCsv(ctx: Context, all: readonly Operator[]): Promise<void> {
    const nameOnce = await namesOf(
      nameOf,
      all.flatMap(({ citizenId, grantedBy }) => [citizenId, grantedBy]),
    );
    const lines = all.map(async (each) => ({
      ...each,
      name: nameOnce(each.citizenId),
      organisation: (await organisations.find(each.organisationId ?? ''))?.name.fa ?? '',
      grantedByName: nameOnce(each.grantedBy),
    }));
    ctx.type = 'text/csv; charset=utf-8';
    ctx.set('Content-Disposition', 'attachment; filename="operators.csv"');
    ctx.body = writeOperatorsCsv(await Promise.all(lines));
  }

  async function lineOf({ organisationId, grantedBy, ...operator }: Operator, text: Text) {
    const [name, by, organisation] = await Promise.all([
      nameOf(operator.citizenId),
      nameOfActor(grantedBy, text),
      organisationId === undefined ? undefined : organisations.find(organisationId),
    ]);
    return {
      ...operator,
      name,
      grantedBy: by,
      ...(organisationId === undefined ? {} : { organisation: { id: organisationId, name: organisation?.name } }),
    };
  }
}

function keyOf({ citizenId, role, organisationId = '' }: Operator): string {
  return `${citizenId}.${role}.${organisationId}`;
}
