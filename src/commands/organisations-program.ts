import type { Command } from 'commander';
import { writeOrganisationsCsv } from '#relying-parties/organisations-csv.ts';
import { type ImportReport, importOrganisations } from '#relying-parties/organisations-import.ts';
import { type Console, commandsOf, createProgram, type Language, runCommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';
import type { OrganisationsAtHand } from './open-for-organisations.ts';
import { organisationsWordsEn } from './organisations-words-en.ts';
import { organisationsWordsFa } from './organisations-words-fa.ts';

type Common = { json?: boolean; language: Language };

type Needs = Console & {
  open(): Promise<OrganisationsAtHand>;
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, text: string): Promise<void>;
  /** Who acts, when --by does not say it. */
  person: string;
};

const words = { fa: organisationsWordsFa, en: organisationsWordsEn };

/** Runs one command line, without the program's own name, and answers its exit code. */
export function runOrganisations(args: readonly string[], needs: Needs): Promise<number> {
  return runCommandLine(args, {
    build: ({ language, exitWith }) => organisationsProgram(needs, { help: words[language].help, exitWith }),
    printError: needs.printError,
    exitCodeFor: (error) => (isUnreadable(error) ? exitCodes.misused : undefined),
  });
}

function organisationsProgram(
  needs: Needs,
  { help, exitWith }: { help: (typeof organisationsWordsFa)['help']; exitWith: (code: number) => void },
): Command {
  const program = createProgram('organisations', {
    ...needs,
    description: help.program,
    after: `${help.columns}\n\n${help.exitCodes}`,
  });
  const command = commandsOf(program, help);

  command('import <file>', help.import)
    .option('--dry-run', help.dryRun)
    .option('--by <name>', help.by, needs.person)
    .action(async (file: string, options: Common & { dryRun?: boolean; by: string }) => {
      const bytes = await needs.readFile(file);
      const { organisations, close } = await needs.open();
      try {
        const report = await importOrganisations(
          { organisations },
          { bytes, by: options.by, isRehearsal: options.dryRun === true },
        );
        needs.print(options.json === true ? JSON.stringify(report, undefined, 2) : inWords(report, options));
        exitWith(report.outcome === 'refused' ? exitCodes.refused : exitCodes.fine);
      } finally {
        await close();
      }
    });

  command('export [file]', help.export)
    .option('--with-contacts', help.withContacts)
    .action(async (file: string | undefined, options: Common & { withContacts?: boolean }) => {
      const { organisations, close } = await needs.open();
      try {
        const listed = await organisations.list();
        const all =
          options.withContacts === true
            ? (await Promise.all(listed.map(({ id }) => organisations.find(id)))).filter((each) => each !== undefined)
            : listed;
        const text = options.json === true ? JSON.stringify(all, undefined, 2) : writeOrganisationsCsv(all);
        if (file === undefined) return needs.print(text);
        await needs.writeFile(file, text);
        needs.print(words[options.language].exported({ count: all.length, file }));
      } finally {
        await close();
      }
    });
  return program;
}

function inWords(report: ImportReport, { language }: Common): string {
  const said = words[language];
  return [
    ...report.faults.map(said.remark),
    ...report.notes.map(said.remark),
    said.summary(report),
    ...(report.notes.some(({ reason }) => reason === 'stage-stays') ? [said.stagesStay] : []),
  ].join('\n');
}

/** A file that is not there, or is a folder, or may not be read. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'EISDIR', 'EACCES'].includes(String(error.code));
}
