import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import { knownAlgorithms, ringNames } from '#signing-keys/new-key.ts';
import { type Console, createProgram, type Language, languageOption, runCommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';
import { exposureInWords } from './keys-exposure.ts';
import { keysHelp } from './keys-help.ts';
import { forgetCitizensKeys, renewCitizensKey } from './keys-of-citizens.ts';
import { type ActAnswer, answerInWords, problemsInWords, statusInWords } from './keys-report.ts';
import { keysWordsEn } from './keys-words-en.ts';
import { keysWordsFa } from './keys-words-fa.ts';
import type { KeysAtHand, OpenSigningKeys } from './open-for-keys.ts';

type Common = { json?: boolean; dryRun?: boolean; language: Language; by: string };
type Answer = { exitCode: number; facts: unknown; words: string };

type Needs = Console & {
  open: OpenSigningKeys;
  makeMasterKey: (name: string) => string;
  /** Who acts, when --by does not say it. */
  person: string;
};

const words = { fa: keysWordsFa, en: keysWordsEn };

/** Runs one command line, without the program's own name, and answers its exit code. */
export function runKeys(args: readonly string[], needs: Needs): Promise<number> {
  return runCommandLine(args, {
    build: ({ language, exitWith }) => keysProgram(needs, { help: keysHelp[language], exitWith }),
    printError: needs.printError,
  });
}

type Help = Readonly<Record<keyof (typeof keysHelp)['en'], string>>;

function keysProgram(needs: Needs, { help, exitWith }: { help: Help; exitWith: (code: number) => void }): Command {
  const program = createProgram('keys', { ...needs, description: help.program, after: help.exitCodes });

  /** A command of its own name; `run` is handed the open ring, the positional arguments and the options. */
  function command<Options extends object = object>(
    usage: string,
    description: string,
    run: (at: KeysAtHand, options: Common & Options, args: string[]) => Promise<Answer>,
    { mayMigrate = false } = {},
  ): Command {
    return withCommonOptions(program.command(usage).description(description), needs.person).action(
      async (...given: unknown[]) => {
        const self = given.at(-1) as Command;
        const options = self.opts<Common & Options>();
        const isRehearsal = options.dryRun === true;
        const at = await needs.open({ isRehearsal, mayMigrate: mayMigrate && !isRehearsal });
        try {
          const answer = await run(at, options, self.args);
          needs.print(options.json === true ? JSON.stringify(answer.facts, undefined, 2) : answer.words);
          exitWith(answer.exitCode);
        } finally {
          await at.close();
        }
      },
    );
  }

  const acting = async (answer: Promise<ActAnswer>, options: Common): Promise<Answer> => ofAct(await answer, options);

  command('init', help.init, (at, options) => acting(at.signingKeys.init(options), options), {
    mayMigrate: true,
  });
  command('status', help.status, (at, options) => status(at.signingKeys, options));
  command<{ alg: string }>('stage', help.stage, (at, options) =>
    acting(at.signingKeys.stage(options), options),
  ).addOption(algorithmOption());
  command<{ alg: string; despiteFreeze?: boolean }>('rotate', help.rotate, (at, options) =>
    acting(at.signingKeys.rotate(options), options),
  )
    .addOption(algorithmOption())
    .option('--despite-freeze', 'also while planned rotations are frozen');
  command<{ reason: string }>('revoke <kid>', help.revoke, (at, options, [kid = '']) =>
    acting(at.signingKeys.requestRevocation({ ...options, kid }), options),
  ).requiredOption('--reason <text>', 'why; it stays on record');
  command('approve <kid>', help.approve, (at, options, [kid = '']) =>
    acting(at.signingKeys.approveRevocation({ ...options, kid }), options),
  );
  command<{ from: number; until: number; reason: string }>(
    'freeze',
    help.freeze,
    (at, { from, until, reason, ...options }) =>
      acting(at.signingKeys.declareFreeze({ by: options.by, freeze: { from, until, reason } }), options),
  )
    .requiredOption('--from <time>', 'such as 2026-06-20T00:00+03:30', readTime)
    .requiredOption('--until <time>', 'such as 2026-07-05T00:00+03:30', readTime)
    .requiredOption('--reason <text>', 'shown to whoever tries to rotate meanwhile');
  command('add-algorithm <alg>', `${help.addAlgorithm} (${knownAlgorithms.join(', ')})`, (at, options, [alg = '']) =>
    acting(at.signingKeys.addAlgorithm({ ...options, alg }), options),
  );
  command<{ kid?: string }>('exposure', help.exposure, exposure).option(
    '--kid <kid>',
    'of which key; without it the revoked key that may still be trusted, or else the newest one',
  );
  command<{ hours: number }>('cache-promise <client-id>', help.cachePromise, (at, options, [clientId = '']) =>
    cachePromise(at, { ...options, clientId }),
  ).requiredOption('--hours <hours>', 'from 24 to 720', readHours);
  command('verify', help.verify, (at, options) => verify(at.signingKeys, options));
  command('export-public', help.exportPublic, async (at) => {
    const facts = await at.signingKeys.exportPublic();
    return { exitCode: exitCodes.fine, facts, words: JSON.stringify(facts, undefined, 2) };
  });
  command('rewrap', help.rewrap, rewrap);
  command('renew-citizens-key', help.renewCitizensKey, (at, options) =>
    renewCitizensKey(at, { ...options, say: needs.printError }),
  );
  command('forget-citizens-keys', help.forgetCitizensKeys, forgetCitizensKeys);
  withCommonOptions(program.command('new-master-key <name>').description(help.newMasterKey), needs.person).action(
    (name: string, options: Common) => {
      if (options.dryRun === true) {
        needs.print(
          options.json === true
            ? JSON.stringify({ name, isRehearsal: true })
            : words[options.language].wouldMakeMasterKey({ name }),
        );
        return;
      }
      const path = needs.makeMasterKey(name);
      needs.print(options.json === true ? JSON.stringify({ path }) : words[options.language].newMasterKey({ path }));
    },
  );
  return program;
}

function withCommonOptions(command: Command, person: string): Command {
  return command
    .option('--json', 'facts for machines; times are milliseconds since 1970')
    .option('--dry-run', 'say what would happen, and change nothing')
    .addOption(languageOption('of the answer'))
    .option('--by <name>', 'who acts; it stays on record', person);
}

function algorithmOption(): Option {
  return new Option('--alg <alg>', 'which ring').choices([...ringNames]).default('ES256');
}

function readTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Not a time; write it as 2026-06-20T00:00+03:30.');
  return time;
}

function readHours(text: string): number {
  const hours = Number(text);
  if (!(Number.isInteger(hours) && hours >= 24 && hours <= 720))
    throw new InvalidArgumentError('Not a number of whole hours from 24 to 720.');
  return hours;
}

function ofAct(answer: ActAnswer, { language, dryRun }: Common): Answer {
  const isRehearsal = dryRun === true;
  const isRefused = answer.outcome !== 'done' && answer.outcome !== 'requested';
  return {
    exitCode: isRefused ? exitCodes.refused : exitCodes.fine,
    facts: { ...answer, isRehearsal },
    words: answerInWords(answer, { words: words[language], isRehearsal }),
  };
}

async function status(signingKeys: SigningKeys, { language }: Common): Promise<Answer> {
  const [ring, openRequests, { problems }] = [
    await signingKeys.status(),
    await signingKeys.openRequests(),
    await signingKeys.verify(),
  ];
  const facts = { ...ring, openRequests, problems };
  const isFine = facts.lateMs === 0 && problems.length === 0;
  return {
    exitCode: isFine ? exitCodes.fine : exitCodes.needsAttention,
    facts,
    words: [statusInWords(facts, words[language]), ...problemsInWords(problems, words[language])].join('\n'),
  };
}

async function exposure(
  { signingKeys, listReaders }: KeysAtHand,
  { kid, language }: Common & { kid?: string },
): Promise<Answer> {
  const facts = await signingKeys.exposure({ kid, readers: await listReaders() });
  if (facts === undefined)
    return { exitCode: exitCodes.refused, facts: { outcome: 'unknown-key' }, words: words[language].nothingToExpose() };
  const isTrusted = facts.relyingParties.some(({ mayTrustIt }) => mayTrustIt);
  return {
    exitCode: isTrusted ? exitCodes.needsAttention : exitCodes.fine,
    facts,
    words: exposureInWords(facts, words[language], language),
  };
}

async function cachePromise(
  at: KeysAtHand,
  { clientId, hours, language, dryRun }: Common & { clientId: string; hours: number },
): Promise<Answer> {
  const answer = await at.promiseCache({ clientId, seconds: hours * 3600 });
  const said = words[language];
  if (answer !== 'promised')
    return { exitCode: exitCodes.refused, facts: answer, words: said.promiseRefused(answer.refused) };
  const facts = { clientId, hours, isRehearsal: dryRun === true };
  return { exitCode: exitCodes.fine, facts, words: dryRun === true ? said.wouldPromise(facts) : said.promised(facts) };
}

async function verify(signingKeys: SigningKeys, { language }: Common): Promise<Answer> {
  const facts = await signingKeys.verify();
  const said = words[language];
  return {
    exitCode: facts.isSound ? exitCodes.fine : exitCodes.needsAttention,
    facts,
    words: facts.isSound ? said.sound(facts.keys.length) : problemsInWords(facts.problems, said).join('\n'),
  };
}

async function rewrap({ masterKeyId, ...at }: KeysAtHand, { language, dryRun }: Common): Promise<Answer> {
  if (dryRun === true)
    return {
      exitCode: exitCodes.fine,
      facts: { masterKeyId, isRehearsal: true },
      words: words[language].wouldRewrap({ masterKeyId }),
    };
  const facts = { ...(await at.rewrap()), masterKeyId };
  return { exitCode: exitCodes.fine, facts, words: words[language].rewrapped(facts) };
}
