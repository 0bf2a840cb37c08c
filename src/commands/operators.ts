import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { readSettings } from '#root/settings.ts';
import { exitCodeOf, messageOf } from './keys-exit-codes.ts';
import { openOperatorsFrom } from './open-for-operators.ts';
import { runOperators } from './operators-program.ts';

/** `npm run operators -- grant ministry | revoke ministry | list`: the first operators are made by whoever has the servers. */
process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const print = (said: string) => void process.stdout.write(`${said}\n`);
  const printError = (said: string) => void process.stderr.write(`${said}\n`);
  try {
    return await runOperators(args, {
      open: () => openOperatorsFrom(readSettings()),
      readTyped: async (prompt) => {
        if (process.stdin.isTTY) printError(prompt);
        return text(process.stdin);
      },
      print,
      printError,
      person: userInfo().username,
    });
  } catch (error) {
    printError(messageOf(error));
    return exitCodeOf(error);
  }
}
