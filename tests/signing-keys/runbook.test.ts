import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runKeys } from '#root/commands/keys-program.ts';

const runbook = readFileSync('docs/for-security-teams.md', 'utf8');

async function helpOf(args: readonly string[]): Promise<{ exitCode: number; said: string }> {
  const said: string[] = [];
  const never = async () => {
    throw new Error('help opens nothing');
  };
  const exitCode = await runKeys([...args, '--help'], {
    open: never,
    makeMasterKey: () => '',
    print: (text) => said.push(text),
    printError: (text) => said.push(text),
    person: 'sara',
  });
  return { exitCode, said: said.join('\n') };
}

const commands = [...runbook.matchAll(/npm run keys -- ([a-z][a-z-]*)([^\n`]*)/g)].map(([, name = '', rest = '']) => ({
  name,
  options: [...rest.matchAll(/(?<=\s)--([a-z-]+)/g)].map(([option]) => option),
}));

test('the runbook names commands', () => {
  expect(new Set(commands.map(({ name }) => name)).size).toBeGreaterThan(10);
});

test.each(commands)(
  'the command "$name" of the runbook exists, with its options, in both languages',
  async ({ name, options }) => {
    const { exitCode, said } = await helpOf([name]);
    expect(exitCode).toBe(0);
    expect(said).toContain(`keys ${name}`);
    for (const option of options) expect(said).toContain(option);
    expect((await helpOf([name, '--language', 'fa'])).said).toMatch(/[آ-ی]/);
  },
);

test('a command that does not exist has no help', async () => {
  expect((await helpOf(['turn-everything'])).said).not.toContain('keys turn-everything');
});
