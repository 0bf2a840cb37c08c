import { userInfo } from 'node:os';
import { readSettings } from '#root/settings.ts';
import { runAsProcess, terminal } from './command-line.ts';
import { runKeys } from './keys-program.ts';
import { makeMasterKey, openSigningKeysFrom } from './open-for-keys.ts';

/** `npm run keys -- <command>`; docs/for-security-teams.md is the runbook. */
await runAsProcess(async (args) => {
  const settings = readSettings();
  return runKeys(args, {
    ...terminal,
    open: openSigningKeysFrom(settings),
    makeMasterKey: (name) => makeMasterKey(settings, name),
    person: userInfo().username,
  });
});
