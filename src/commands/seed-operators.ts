import type { CitizensStore } from '#citizens/citizens-store.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import type { Operators } from '#operators/operators.ts';
import { DEMO_OPERATORS, type DemoOperator } from './demo-operators.ts';

type Needs = {
  citizens: Pick<CitizensStore, 'findByNationalCode'>;
  operators: Pick<Operators, 'list' | 'grant'>;
};

/** Once: a role that somebody took away in the console stays away at the next start. Never called in production. */
export async function seedDemoOperators(needs: Needs): Promise<void> {
  if ((await needs.operators.list()).length > 0) return;
  await Promise.all(DEMO_OPERATORS.map((operator) => seed(operator, needs)));
}

async function seed({ nationalCode, ...of }: DemoOperator, { citizens, operators }: Needs): Promise<void> {
  const code = readNationalCode(nationalCode);
  const citizen = code === undefined ? undefined : await citizens.findByNationalCode(code);
  if (citizen === undefined) throw new Error('a demo operator is not among the demo citizens');
  await operators.grant({ ...of, citizenId: citizen.id, by: 'demo', why: 'demo' });
}
