import { Command } from 'commander';
import { systemClock } from '#platform/clock.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { checkDatabaseAnswers } from '#platform/database/database-fitness.ts';
import { openStateStore } from '#platform/open-state-store.ts';
import { readMasterKeys } from '#platform/sealing/master-keys.ts';
import { checkKeySettings } from '#root/services/keeping-keys.ts';
import { readSettings, type Settings, SettingsInvalid } from '#root/settings.ts';

const program = new Command('check-settings')
  .description(
    'Say in words what is wrong with the settings, the master keys, PostgreSQL and Redis, without starting anything.',
  )
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit codes: 0 all is well, 1 something has to be changed.\n.env.example documents every setting.',
  )
  .action(async ({ json = false }: { json?: boolean }) => {
    const problems = await findProblems();
    const words =
      problems.length === 0
        ? 'The settings are usable.'
        : ['These have to be changed:', ...problems.map((problem) => `  - ${problem}`)].join('\n');
    process.stdout.write(`${json ? JSON.stringify({ problems }) : words}\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  });

async function findProblems(): Promise<readonly string[]> {
  let settings: Settings;
  try {
    settings = readSettings();
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.problems;
    throw error;
  }
  const checks = [checkMasterKeys, checkKeys, checkDatabase, checkState].map((check) =>
    check(settings).then(() => undefined, describe),
  );
  return (await Promise.all(checks)).filter((problem) => problem !== undefined);
}

async function checkMasterKeys({ keysFolder, masterKey, databaseUrl }: Settings): Promise<void> {
  // The embedded default makes its own at the first start.
  if (databaseUrl !== undefined || masterKey !== undefined)
    readMasterKeys({ folder: keysFolder, environmentValue: masterKey });
}

async function checkKeys(settings: Settings): Promise<void> {
  checkKeySettings(settings);
}

async function checkDatabase({ databaseUrl }: Settings): Promise<void> {
  if (databaseUrl === undefined) return;
  const { ping, close } = await connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    await checkDatabaseAnswers({ ping });
  } finally {
    await close();
  }
}

async function checkState({ redisUrl, isRedisVouchedFor }: Settings): Promise<void> {
  const ignore = () => undefined;
  const state = await openStateStore({
    redisUrl,
    isVouchedFor: isRedisVouchedFor,
    isStrict: true,
    clock: systemClock,
    onCommand: ignore,
    onTrouble: ignore,
  });
  await state.store.close();
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await program.parseAsync();
