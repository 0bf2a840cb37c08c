import { Argument, type Command } from 'commander';
import { type Console, commandsOf, createProgram, type Language, runCommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';
import { lettersWordsEn } from './letters-words-en.ts';
import { lettersWordsFa } from './letters-words-fa.ts';
import { type DeadLetter, LETTER_KINDS, type LetterKind, type LettersAtHand } from './open-for-letters.ts';

type Common = { json?: boolean; language: Language };
type Reviving = Common & { all?: boolean; client?: string; dryRun?: boolean; by: string };

type Needs = Console & {
  open(): Promise<LettersAtHand>;
  /** Who acts, when --by does not say it. */
  person: string;
};

const words = { fa: lettersWordsFa, en: lettersWordsEn };

/** Runs one command line, without the program's own name, and answers its exit code. */
export function runLetters(args: readonly string[], needs: Needs): Promise<number> {
  return runCommandLine(args, {
    build: ({ language, exitWith }) => lettersProgram(needs, { help: words[language].help, exitWith }),
    printError: needs.printError,
  });
}

function lettersProgram(
  needs: Needs,
  { help, exitWith }: { help: (typeof lettersWordsFa)['help']; exitWith: (code: number) => void },
): Command {
  const program = createProgram('letters', { ...needs, description: help.program, after: help.exitCodes });
  const command = commandsOf(program, help);

  command('list', help.list).action((options: Common) =>
    withLetters(async (letters) => {
      const facts = {
        logout: { count: await letters.logout.countDead(), newest: await letters.logout.listDead() },
        text: { count: await letters.text.countDead(), newest: await letters.text.listDead() },
        rates: await letters.rates(),
      };
      needs.print(options.json === true ? JSON.stringify(facts, undefined, 2) : words[options.language].listed(facts));
      exitWith(facts.logout.count + facts.text.count > 0 ? exitCodes.needsAttention : exitCodes.fine);
    }),
  );

  command('revive', help.revive)
    .addArgument(new Argument('<kind>', help.kind).choices([...LETTER_KINDS]))
    .argument('[ids...]', help.ids)
    .option('--all', help.all)
    .option('--client <client-id>', help.client)
    .option('--dry-run', help.dryRun)
    .option('--by <name>', help.by, needs.person)
    .action((kind: LetterKind, ids: readonly string[], options: Reviving) =>
      withLetters(async (letters) => {
        const fault = faultOf({ kind, ids, ...options });
        if (fault !== undefined) program.error(`error: ${fault}`);
        const facts = { kind, ...(await revive(letters, { kind, ids, ...options })) };
        const { language, json } = options;
        needs.print(json === true ? JSON.stringify(facts, undefined, 2) : words[language].revived(facts));
        exitWith(facts.notDead.length > 0 ? exitCodes.refused : exitCodes.fine);
      }),
    );
  return program;

  async function withLetters(work: (letters: LettersAtHand) => Promise<void>): Promise<void> {
    const letters = await needs.open();
    try {
      await work(letters);
    } finally {
      await letters.close();
    }
  }
}

type Asked = Reviving & { kind: LetterKind; ids: readonly string[] };

function faultOf({ kind, ids, all, client }: Asked): string | undefined {
  if (client !== undefined && kind !== 'logout')
    return 'text messages belong to no relying party: --client is for logout';
  const isOfAll = all === true || client !== undefined;
  return isOfAll === ids.length > 0 ? 'name the letters by their ids, or give --all or --client' : undefined;
}

type Revived = { revived: number; notDead: readonly string[]; isRehearsal: boolean };

/** What is not dead is named and left alone; the others are owed again as if they were new. */
async function revive(letters: LettersAtHand, { kind, ids, client, dryRun, by }: Asked): Promise<Revived> {
  const isRehearsal = dryRun === true;
  const outbox = letters[kind];
  const reviveEach = async (dead: readonly DeadLetter[]) => {
    let revived = 0;
    for (const letter of dead) if (isRehearsal || (await outbox.revive(letter, by))) revived += 1;
    return revived;
  };
  const answer: { revived: number; notDead: string[]; isRehearsal: boolean } = { revived: 0, notDead: [], isRehearsal };

  for (const id of ids) {
    const revived = await reviveEach(await outbox.listDead({ id }));
    if (revived === 0) answer.notDead.push(id);
    answer.revived += revived;
  }
  if (ids.length > 0) return answer;
  if (isRehearsal && client === undefined) return { ...answer, revived: await outbox.countDead() };
  const those = client === undefined ? {} : { clientId: client };
  // A hundred at a time; revived, they are in the list no more.
  for (;;) {
    const revived = await reviveEach(await outbox.listDead(those));
    answer.revived += revived;
    if (revived === 0 || isRehearsal) return answer;
  }
}
