import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ran, startWithCommands } from '#tests/support/commands.ts';
import type { TestProvider } from '#tests/support/provider.ts';

/** The first operators are made by whoever has the servers, with a process of its own beside a running provider. */
let provider: TestProvider;
let operators: (args: readonly string[], given?: { typed?: string }) => Promise<Ran>;
beforeAll(async () => {
  const started = await startWithCommands();
  ({ provider } = started);
  operators = (args, given) => started.run('operators', args, given);
  await provider.services.registry.organisations.save({
    id: 'university',
    name: { fa: 'دانشگاه', en: 'University' },
    kind: 'state',
    stage: 'connected',
  });
});
afterAll(() => provider.close());

const code = (index: number) => provider.citizens[index]?.nationalCode ?? '';
const rolesOf = async (index: number) =>
  (await provider.services.console.operators.operatorsOf(provider.citizens[index]?.id ?? '')).map(({ role }) => role);
const why = ['--why', 'the first one'];

test('a role is given to whom standard input names, once, and a dry run gives none', async () => {
  expect(await operators(['grant', 'ministry', ...why, '--dry-run'], { typed: code(0) })).toMatchObject({ code: 0 });
  expect(await rolesOf(0)).toEqual([]);
  const granted = await operators(['grant', 'ministry', ...why, '--by', 'sara'], { typed: `${code(0)}\n` });
  expect(granted).toMatchObject({ code: 0, said: 'The role was given.\n' });
  expect(await rolesOf(0)).toEqual(['ministry']);
  const again = await operators(['grant', 'ministry', ...why, '--json'], { typed: code(0) });
  expect([again.code, JSON.parse(again.said).outcome]).toEqual([0, 'already']);
  const { rows } = await sql<{ by: string; why: string }>`select by, why from operator_changes`.execute(
    provider.services.database,
  );
  expect(rows).toEqual([{ by: 'command:sara', why: 'the first one' }]);
});

test('staff are named with an organisation that exists, and what cannot be is refused with exit code 3 or 2', async () => {
  const staff = ['grant', 'university-staff', '--citizen', code(1), ...why];
  expect((await operators(staff)).code).toBe(3);
  expect((await operators([...staff, '--organisation', 'nowhere'])).code).toBe(3);
  expect((await operators([...staff, '--organisation', 'university'])).code).toBe(0);
  expect((await operators(['grant', 'auditor', ...why], { typed: '1234567890' })).code).toBe(3);
  expect((await operators(['grant', 'everything', ...why], { typed: code(1) })).code).toBe(2);
  expect((await operators(['grant', 'auditor'], { typed: code(1) })).code).toBe(2);
  expect(await rolesOf(1)).toEqual(['university-staff']);
});

test('list says who has which role in both languages, and neither it nor a failure says a national code', async () => {
  const said = await Promise.all([
    operators(['list']),
    operators(['list', '--json']),
    operators(['list', '--language', 'fa']),
    operators(['grant', 'nothing', '--citizen', code(1), ...why]),
    operators(['revoke', 'auditor', '--citizen', code(1), ...why]),
  ]);
  expect(said[0]?.said).toContain('university-staff, university');
  expect(said[2]?.said).toContain('کارمند دانشگاه');
  expect(JSON.parse(said[1]?.said ?? '')).toHaveLength(2);
  for (const { all } of said) for (const index of [0, 1]) expect(all).not.toContain(code(index));
});

test('a role is taken away by the same name, and the second time there is none', async () => {
  expect((await operators(['revoke', 'ministry', ...why], { typed: code(0) })).code).toBe(0);
  expect(await rolesOf(0)).toEqual([]);
  expect((await operators(['revoke', 'ministry', ...why], { typed: code(0) })).code).toBe(3);
});
