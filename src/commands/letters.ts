import { userInfo } from 'node:os';
import { readSettings } from '#root/settings.ts';
import { runAsProcess, terminal } from './command-line.ts';
import { runLetters } from './letters-program.ts';
import { openLettersFrom } from './open-for-letters.ts';

/** `npm run letters -- list | revive <kind> [ids...]`; docs/runbook.md says when. */
await runAsProcess((args) =>
  runLetters(args, { ...terminal, open: () => openLettersFrom(readSettings()), person: userInfo().username }),
);
