import { Command, Option } from 'commander';
import { createLedgerKeys, hashOfHead } from '#audit/ledger-head.ts';
import { createLedgerStore } from '#audit/ledger-store.ts';
import { createStateWitness, readWitnessFile } from '#audit/ledger-witnesses.ts';
import { createVerifyLedger, type RememberedHead } from '#audit/verify-ledger.ts';
import { systemClock } from '#platform/clock.ts';
import { MINUTE } from '#platform/durations.ts';
import { openStateStore } from '#platform/open-state-store.ts';
import { openDataKeys } from '#platform/sealing/data-keys.ts';
import { readMasterKeys } from '#platform/sealing/master-keys.ts';
import { readSettings } from '#root/settings.ts';
import { auditWords } from './audit-words.ts';
import { exitCodeOf, exitCodes, messageOf } from './exit-codes.ts';
import { connectFrom } from './open-stores.ts';

/** `npm run audit -- <command>`: whether what was recorded is still what happened. */
type Common = { json?: boolean; language: 'fa' | 'en' };

const SHOWN = 20;

const program = new Command('audit')
  .description('The sealed ledger of everything the provider recorded.')
  .addHelpText(
    'after',
    '\nExit codes: 0 sound, 1 failed, 2 not understood, 4 not sound, 5 database or keys not available.',
  );

const withOptions = (command: Command) =>
  command
    .option('--json', 'print one JSON object')
    .addOption(new Option('--language <language>', 'of the words').choices(['en', 'fa']).default('en'));

withOptions(program.command('verify'))
  .description('Read every entry and every head, and say what was changed, removed or cut off.')
  .option(
    '--witness <file>',
    'heads remembered elsewhere, one JSON object a line (PANJEREH_LEDGER_WITNESS unless told)',
  )
  .action(async ({ json, language, witness }: Common & { witness?: string }) => {
    await withLedger(async ({ store, keys, settings }) => {
      const file = witness ?? settings.ledgerWitness;
      const remembered = [
        ...(await newestRemembered(settings)),
        ...(file === undefined ? [] : await readWitnessFile(file).catch(absentUnless(witness !== undefined))),
      ];
      const showsProgress = json !== true && process.stderr.isTTY;
      const report = await createVerifyLedger({ store, keys })({
        remembered,
        onProgress: (heads) => void (showsProgress && heads % 100 === 0 && process.stderr.write(`\r${heads} heads …`)),
      });
      const words = auditWords[language];
      const said = [
        ...report.findings.slice(0, SHOWN).map(words.finding),
        ...(report.findings.length > SHOWN ? [words.andMore(report.findings.length - SHOWN)] : []),
      ];
      const isSound = report.findings.length === 0;
      print(
        json,
        { isSound, ...report },
        isSound ? words.sound(report) : [words.unsound(report.findings.length), ...said].join('\n'),
      );
      process.exitCode = isSound ? exitCodes.fine : exitCodes.needsAttention;
    });
  });

withOptions(program.command('head'))
  .description('The newest head with its hash, to be kept by somebody else.')
  .action(async ({ json, language }: Common) => {
    await withLedger(async ({ store }) => {
      const head = await store.lastHead();
      const facts = head === undefined ? undefined : { ...head, hash: hashOfHead(head) };
      print(
        json,
        { head: facts },
        [auditWords[language].head(head), ...(facts === undefined ? [] : [facts.hash])].join('\n'),
      );
    });
  });

withOptions(program.command('public-key'))
  .description('The keys that heads are signed with, for whoever checks a proof offline.')
  .action(async ({ json }: Common) => {
    await withLedger(async ({ keys }) => print(json, keys.publicKeys(), Object.values(keys.publicKeys()).join('')));
  });

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
});

type AtHand = {
  settings: ReturnType<typeof readSettings>;
  store: ReturnType<typeof createLedgerStore>;
  keys: ReturnType<typeof createLedgerKeys>;
};

async function withLedger(work: (at: AtHand) => Promise<void>): Promise<void> {
  const settings = readSettings();
  const masterKeys = readMasterKeys({ folder: settings.keysFolder, environmentValue: settings.masterKey });
  const { database, close } = await connectFrom(settings, { longestQueryMs: 10 * MINUTE });
  try {
    const keys = createLedgerKeys(await openDataKeys({ database, masterKeys, purpose: 'ledger' }));
    await work({ settings, keys, store: createLedgerStore({ database, issuer: settings.issuer }) });
  } finally {
    await close();
  }
}

/** The state of the embedded default ends with its process: there is nothing to ask. */
async function newestRemembered({ redisUrl, isRedisVouchedFor }: AtHand['settings']): Promise<RememberedHead[]> {
  if (redisUrl === undefined) return [];
  const state = await openStateStore({
    redisUrl,
    isVouchedFor: isRedisVouchedFor,
    isStrict: false,
    clock: systemClock,
    onCommand: () => undefined,
    onTrouble: () => undefined,
  });
  try {
    return await createStateWitness(state.store).recall();
  } finally {
    await state.store.close();
  }
}

/** A file that nobody named by hand may not be there yet. */
function absentUnless(isWanted: boolean) {
  return (error: unknown): RememberedHead[] => {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isAbsent && !isWanted) return [];
    throw error;
  };
}

function print(json: boolean | undefined, facts: unknown, words: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(facts) : words}\n`);
}
