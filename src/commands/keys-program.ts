import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import { knownAlgorithms } from '#signing-keys/new-key.ts';
import { exitCodeOf, exitCodes, messageOf } from './keys-exit-codes.ts';
import { type ActAnswer, answerInWords, problemsInWords, statusInWords } from './keys-report.ts';
import { keysWordsEn } from './keys-words-en.ts';
import { keysWordsFa } from './keys-words-fa.ts';
import type { KeysAtHand, OpenSigningKeys } from './open-for-keys.ts';

type Common = { json?: boolean; dryRun?: boolean; language: 'en' | 'fa'; by: string };
type Answer = { exitCode: number; facts: unknown; words: string };

type Needs = {
  open: OpenSigningKeys;
  makeMasterKey: (name: string) => string;
  print: (text: string) => void;
  printError: (text: string) => void;
  /** Who acts, when --by does not say it. */
  person: string;
};

const words = { fa: keysWordsFa, en: keysWordsEn };
const HELP_AFTER = `
Exit codes: 0 done, 1 failed, 2 not understood, 3 refused by the rules of the ring,
4 answered but a person should look, 5 ring, database or master key not available.`;

/** Runs one command line, without the program's own name, and answers its exit code. */
export async function runKeys(args: readonly string[], needs: Needs): Promise<number> {
  let exitCode: number = exitCodes.fine;
  const program = keysProgram(needs, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.misused;
    needs.printError(messageOf(error));
    return exitCodeOf(error);
  }
}

function keysProgram(needs: Needs, setExitCode: (code: number) => void): Command {
  const program = new Command('keys')
    .description('The signing keys of this issuer: what they are, what comes next, and what to do in an emergency.')
    .addHelpText('after', HELP_AFTER)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => needs.print(text.trimEnd()),
      writeErr: (text) => needs.printError(text.trimEnd()),
    });

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
          setExitCode(answer.exitCode);
        } finally {
          await at.close();
        }
      },
    );
  }

  const acting = async (answer: Promise<ActAnswer>, options: Common): Promise<Answer> => ofAct(await answer, options);

  command(
    'init',
    'Make the first keys of a new issuer, once for its whole life',
    (at, options) => acting(at.signingKeys.init(options), options),
    {
      mayMigrate: true,
    },
  );
  command(
    'status',
    'Say which key signs, which stands by, what comes next, and what a revocation now would cost',
    (at, options) => status(at.signingKeys, options),
  );
  command<{ alg: string }>(
    'stage',
    'Make the key after the next one ahead of time; it is sealed and not published',
    (at, options) => acting(at.signingKeys.stage(options), options),
  ).addOption(algorithmOption());
  command<{ alg: string; despiteFreeze?: boolean }>(
    'rotate',
    'Let the standby take over now, as the schedule would later',
    (at, options) => acting(at.signingKeys.rotate(options), options),
  )
    .addOption(algorithmOption())
    .option('--despite-freeze', 'also while planned rotations are frozen');
  command<{ reason: string }>(
    'revoke <kid>',
    'Ask for a key to be taken out at once; a second person has to approve',
    (at, options, [kid = '']) => acting(at.signingKeys.requestRevocation({ ...options, kid }), options),
  ).requiredOption('--reason <text>', 'why; it stays on record');
  command(
    'approve <kid>',
    'Agree to a revocation that somebody else asked for; it happens at once',
    (at, options, [kid = '']) => acting(at.signingKeys.approveRevocation({ ...options, kid }), options),
  );
  command<{ from: number; until: number; reason: string }>(
    'freeze',
    'Declare a time without planned rotations',
    (at, { from, until, reason, ...options }) =>
      acting(at.signingKeys.declareFreeze({ by: options.by, freeze: { from, until, reason } }), options),
  )
    .requiredOption('--from <time>', 'such as 2026-06-20T00:00+03:30', readTime)
    .requiredOption('--until <time>', 'such as 2026-07-05T00:00+03:30', readTime)
    .requiredOption('--reason <text>', 'shown to whoever tries to rotate meanwhile');
  command(
    'add-algorithm <alg>',
    `Publish keys of a further algorithm (${knownAlgorithms.join(', ')})`,
    (at, options, [alg = '']) => acting(at.signingKeys.addAlgorithm({ ...options, alg }), options),
  );
  command('verify', 'Open every private half, sign with it and check the signature', (at, options) =>
    verify(at.signingKeys, options),
  );
  command('export-public', 'Print every public half, with its state', async (at) => {
    const facts = await at.signingKeys.exportPublic();
    return { exitCode: exitCodes.fine, facts, words: JSON.stringify(facts, undefined, 2) };
  });
  command('rewrap', 'Seal every data key anew under the current master key', rewrap);
  withCommonOptions(
    program
      .command('new-master-key <name>')
      .description('Make a master key file; the name sorts after the ones there, such as a date'),
    needs.person,
  ).action((name: string, options: Common) => {
    if (options.dryRun === true) return;
    const path = needs.makeMasterKey(name);
    needs.print(options.json === true ? JSON.stringify({ path }) : words[options.language].newMasterKey({ path }));
  });
  return program;
}

function withCommonOptions(command: Command, person: string): Command {
  return command
    .option('--json', 'facts for machines; times are milliseconds since 1970')
    .option('--dry-run', 'say what would happen, and change nothing')
    .addOption(new Option('--language <language>', 'of the answer').choices(['en', 'fa']).default('en'))
    .option('--by <name>', 'who acts; it stays on record', person);
}

function algorithmOption(): Option {
  return new Option('--alg <alg>', 'which ring').choices([...knownAlgorithms]).default('ES256');
}

function readTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Not a time; write it as 2026-06-20T00:00+03:30.');
  return time;
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
