import { Command, CommanderError, Option } from 'commander';
import { exitCodeOf, exitCodes, messageOf } from './exit-codes.ts';

/** How every program of the command line begins, speaks and ends. */

export type Language = 'en' | 'fa';

export type Console = { print(text: string): void; printError(text: string): void };

/** Standard output and standard error; each text ends its line. */
export const terminal: Console = {
  print: (text) => void process.stdout.write(endLine(text)),
  printError: (text) => void process.stderr.write(endLine(text)),
};

/** Runs a program with the arguments this process was given. */
export async function runAsProcess(run: (args: readonly string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    terminal.printError(messageOf(error));
    process.exitCode = exitCodeOf(error);
  }
}

type Program = {
  /** `exitWith` is for an act that was answered and not done. */
  build(at: { language: Language; exitWith(code: number): void }): Command;
  printError(text: string): void;
  /** For errors that mean something in this program alone. */
  exitCodeFor?(error: unknown): number | undefined;
};

/** Runs one command line, without the program's own name, and answers its exit code. */
export async function runCommandLine(
  args: readonly string[],
  { build, printError, exitCodeFor = () => undefined }: Program,
): Promise<number> {
  let exitCode: number = exitCodes.fine;
  const exitWith = (code: number) => {
    exitCode = code;
  };
  try {
    await build({ language: languageOf(args), exitWith }).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.misused;
    printError(messageOf(error));
    return exitCodeFor(error) ?? exitCodeOf(error);
  }
}

export function createProgram(
  name: string,
  { description, after, print, printError }: Console & { description: string; after: string },
): Command {
  return new Command(name)
    .description(description)
    .addHelpText('after', `\n${after.trimStart()}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => printError(text.trimEnd()),
    });
}

/** Makes commands of a program: each of them answers in either language, and as JSON. */
export function commandsOf(program: Command, help: { json: string; language: string }) {
  return (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .option('--json', help.json)
      .addOption(languageOption(help.language));
}

export function languageOption(description: string): Option {
  return new Option('--language <language>', description).choices(['en', 'fa']).default('en');
}

/** Asked before the line is understood, because `--help` ends it. */
function languageOf(args: readonly string[]): Language {
  return args.includes('--language=fa') || args[args.indexOf('--language') + 1] === 'fa' ? 'fa' : 'en';
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
