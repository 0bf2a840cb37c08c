import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { readSettings } from '#root/settings.ts';
import { exitCodeOf, messageOf } from './keys-exit-codes.ts';
import { openOrganisationsFrom } from './open-for-organisations.ts';
import { runOrganisations } from './organisations-program.ts';

/** `npm run organisations -- import file.csv --dry-run | export` */
process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const print = (text: string) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  const printError = (text: string) => void process.stderr.write(`${text}\n`);
  try {
    return await runOrganisations(args, {
      open: () => openOrganisationsFrom(readSettings()),
      readFile,
      writeFile,
      print,
      printError,
      person: userInfo().username,
    });
  } catch (error) {
    printError(messageOf(error));
    return exitCodeOf(error);
  }
}
