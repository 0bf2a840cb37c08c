import { userInfo } from 'node:os';
import { readSettings } from '#root/settings.ts';
import { exitCodeOf, messageOf } from './keys-exit-codes.ts';
import { runKeys } from './keys-program.ts';
import { makeMasterKey, openSigningKeysFrom } from './open-for-keys.ts';

/** `npm run keys -- <command>`; docs/for-security-teams.md is the runbook. */
process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const printError = (text: string) => process.stderr.write(`${text}\n`);
  try {
    const settings = readSettings();
    return await runKeys(args, {
      open: openSigningKeysFrom(settings),
      makeMasterKey: (name) => makeMasterKey(settings, name),
      print,
      printError,
      person: userInfo().username,
    });
  } catch (error) {
    printError(messageOf(error));
    return exitCodeOf(error);
  }
}
