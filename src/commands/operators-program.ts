import { Argument, type Command } from 'commander';
import { readNationalCode } from '#citizens/national-code.ts';
import { ROLES, type Role } from '#operators/permissions.ts';
import { type Console, commandsOf, createProgram, type Language, runCommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';
import type { OperatorsAtHand } from './open-for-operators.ts';
import { operatorsWordsEn } from './operators-words-en.ts';
import { type OperatorsOutcome, operatorsWordsFa } from './operators-words-fa.ts';

type Common = { json?: boolean; language: Language };
type Change = Common & { citizen?: string; organisation?: string; why: string; by: string; dryRun?: boolean };

type Needs = Console & {
  open(): Promise<OperatorsAtHand>;
  /** The national code from standard input: an argument can be read by every process of the machine. */
  readTyped(prompt: string): Promise<string>;
  /** Who acts, when --by does not say it. */
  person: string;
};

const words = { fa: operatorsWordsFa, en: operatorsWordsEn };
const DONE: readonly OperatorsOutcome[] = ['granted', 'revoked', 'would-grant', 'would-revoke', 'already'];

/** Runs one command line, without the program's own name, and answers its exit code. */
export function runOperators(args: readonly string[], needs: Needs): Promise<number> {
  return runCommandLine(args, {
    build: ({ language, exitWith }) => operatorsProgram(needs, { help: words[language].help, exitWith }),
    printError: needs.printError,
  });
}

function operatorsProgram(
  needs: Needs,
  { help, exitWith }: { help: (typeof operatorsWordsFa)['help']; exitWith: (code: number) => void },
): Command {
  const program = createProgram('operators', { ...needs, description: help.program, after: help.exitCodes });
  const command = commandsOf(program, help);

  for (const act of ['grant', 'revoke'] as const)
    command(act, help[act])
      .addArgument(new Argument('<role>', help.role).choices(ROLES))
      .option('--citizen <national code>', help.citizen)
      .option('--organisation <id>', help.organisation)
      .requiredOption('--why <reason>', help.why)
      .option('--by <name>', help.by, needs.person)
      .option('--dry-run', help.dryRun)
      .action(async (role: Role, options: Change) => {
        const typed = options.citizen ?? (await needs.readTyped(words[options.language].prompt));
        const atHand = await needs.open();
        try {
          const { outcome, citizenId } = await change(atHand, { act, role, typed, options });
          const { organisation } = options;
          needs.print(
            options.json === true
              ? JSON.stringify({ outcome, role, organisation, citizenId }, undefined, 2)
              : words[options.language].outcomes[outcome],
          );
          exitWith(DONE.includes(outcome) ? exitCodes.fine : exitCodes.refused);
        } finally {
          await atHand.close();
        }
      });

  command('list', help.list).action(async (options: Common) => {
    const { operators, nameOf, close } = await needs.open();
    try {
      const listed = await Promise.all(
        (await operators.list()).map(async (each) => ({ ...each, name: await nameOf(each.citizenId) })),
      );
      const said = words[options.language];
      const inWords = listed.length === 0 ? said.nobody : listed.map((each) => said.line(each)).join('\n');
      needs.print(options.json === true ? JSON.stringify(listed, undefined, 2) : inWords);
    } finally {
      await close();
    }
  });
  return program;
}

type Found = { outcome: OperatorsOutcome; citizenId?: string };

/** Everything is looked at before anything is written, so that a dry run says what the real one would. */
async function change(
  { operators, findByNationalCode, hasOrganisation }: OperatorsAtHand,
  { act, role, typed, options }: { act: 'grant' | 'revoke'; role: Role; typed: string; options: Change },
): Promise<Found> {
  const nationalCode = readNationalCode(typed.trim());
  if (nationalCode === undefined) return { outcome: 'not-a-national-code' };
  const citizen = await findByNationalCode(nationalCode);
  if (citizen === undefined) return { outcome: 'no-such-citizen' };
  const citizenId = citizen.id;
  const { organisation, by, dryRun } = options;
  const why = options.why.replace(/\s+/g, ' ').trim();
  if (why === '') return { outcome: 'why-missing', citizenId };
  if ((role === 'university-staff') !== (organisation !== undefined)) return { outcome: 'wrong-organisation' };
  const hasRole = (await operators.operatorsOf(citizenId)).some(
    (each) => each.role === role && each.organisationId === organisation,
  );
  const of = { citizenId, role, ...(organisation === undefined ? {} : { organisationId: organisation }), why };
  // The names of people on the machine are not ids of citizens, and must not be taken for one.
  const as = { ...of, by: `command:${by}` };
  if (act === 'revoke') {
    if (!hasRole) return { outcome: 'not-found', citizenId };
    return { outcome: dryRun === true ? 'would-revoke' : await operators.revoke(as), citizenId };
  }
  if (hasRole) return { outcome: 'already', citizenId };
  if (citizen.state !== 'active') return { outcome: 'not-active', citizenId };
  if (organisation !== undefined && !(await hasOrganisation(organisation))) return { outcome: 'no-such-organisation' };
  return { outcome: dryRun === true ? 'would-grant' : await operators.grant(as), citizenId };
}
