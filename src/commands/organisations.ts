import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { readSettings } from '#root/settings.ts';
import { runAsProcess, terminal } from './command-line.ts';
import { openOrganisationsFrom } from './open-for-organisations.ts';
import { runOrganisations } from './organisations-program.ts';

/** `npm run organisations -- import file.csv --dry-run | export` */
await runAsProcess((args) =>
  runOrganisations(args, {
    ...terminal,
    open: () => openOrganisationsFrom(readSettings()),
    readFile,
    writeFile,
    person: userInfo().username,
  }),
);
