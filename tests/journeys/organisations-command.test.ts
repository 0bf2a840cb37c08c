import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ran, startWithCommands } from '#tests/support/commands.ts';
import { temporaryFolder } from '#tests/support/processes.ts';
import type { TestProvider } from '#tests/support/provider.ts';

let provider: TestProvider;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let organisations: (...args: string[]) => Promise<Ran>;
beforeAll(async () => {
  folder = await temporaryFolder('organisations');
  const started = await startWithCommands();
  ({ provider } = started);
  organisations = (...args) => started.run('organisations', args);
});
afterAll(async () => {
  await provider.close();
  await folder.remove();
});

const HEADER = 'id,name_fa,name_en,kind,stage,parent';
const GOOD = [
  'north,دانشگاه شمال,University of the North,state,not-begun,',
  'north-library,کتابخانهٔ شمال,Library of the North,subordinate-body,requested,north',
];

async function fileOf(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, `${[HEADER, ...lines].join('\n')}\n`);
  return path;
}
const registered = async () => (await provider.services.registry.organisations.list()).map(({ id }) => id).sort();

test('a dry run says what would be written, and writes nothing', async () => {
  const ran = await organisations('import', await fileOf('good.csv', GOOD), '--dry-run');
  expect(ran).toMatchObject({ code: 0, said: expect.stringContaining('Of 2 lines: 2 new') });
  expect(ran.said).toContain('dry run; nothing was written');
  expect(await registered()).toEqual([]);
});

test('one bad line keeps every line out; each is named by its number, in both languages, with exit code 3', async () => {
  const bad = [...GOOD, 'south!,دانشگاه جنوب,University of the South,state,,', 'west,دانشگاه غرب,West,palace,,'];
  const file = await fileOf('bad.csv', bad);
  const [en, fa, json] = await Promise.all([
    organisations('import', file),
    organisations('import', file, '--language', 'fa'),
    organisations('import', file, '--json'),
  ]);
  expect([en.code, fa.code, json.code]).toEqual([3, 3, 3]);
  expect(en.said).toMatch(/line 4, id.*\n.*line 5, kind.*\n2 faults; nothing was written/);
  expect(fa.said).toMatch(/سطر ۴.*\n.*سطر ۵/);
  expect(JSON.parse(json.said).faults.map(({ line }: { line: number }) => line)).toEqual([4, 5]);
  expect(await registered()).toEqual([]);
});

test('what is exported can be imported again, and changes nothing', async () => {
  expect(await organisations('import', await fileOf('good.csv', GOOD), '--by', 'sara')).toMatchObject({ code: 0 });
  expect(await registered()).toEqual(['north', 'north-library']);
  const exported = join(folder.path, 'exported.csv');
  expect(await organisations('export', exported)).toMatchObject({ code: 0 });
  const again = await organisations('import', exported);
  expect(again).toMatchObject({ code: 0, said: expect.stringContaining('0 new, 0 changed, 2 as they were') });
  const printed = await organisations('export');
  expect(printed.said.trim()).toBe((await readFile(exported, 'utf8')).trim());
});

test('a file that is not there and a command that is none are exit code 2, and --help says the columns and the codes', async () => {
  const [missing, unknown, help] = await Promise.all([
    organisations('import', join(folder.path, 'nowhere.csv')),
    organisations('remove', 'north'),
    organisations('--help'),
  ]);
  expect([missing.code, unknown.code, help.code]).toEqual([2, 2, 0]);
  expect(help.said).toContain('Columns: id, name_fa, name_en, kind');
  expect(help.said).toContain('Exit codes: 0 done');
});
