import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { readSettings } from '#root/settings.ts';
import { runAsProcess, terminal } from './command-line.ts';
import { openOperatorsFrom } from './open-for-operators.ts';
import { runOperators } from './operators-program.ts';

/** `npm run operators -- grant ministry | revoke ministry | list`: the first operators are made by whoever has the servers. */
await runAsProcess((args) =>
  runOperators(args, {
    ...terminal,
    open: () => openOperatorsFrom(readSettings()),
    readTyped: async (prompt) => {
      if (process.stdin.isTTY) terminal.printError(prompt);
      return text(process.stdin);
    },
    person: userInfo().username,
  }),
);
