import type { Language } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';
import { keysWordsEn } from './keys-words-en.ts';
import { keysWordsFa } from './keys-words-fa.ts';
import type { KeysAtHand } from './open-for-keys.ts';

/** The two commands for the day on which the data key of citizens was stolen. */

type Asked = { by: string; language: Language; dryRun?: boolean };
type Answer = { exitCode: number; facts: unknown; words: string };

const words = { fa: keysWordsFa, en: keysWordsEn };

export async function renewCitizensKey(
  { citizensKey }: KeysAtHand,
  { by, language, dryRun, say }: Asked & { say(text: string): void },
): Promise<Answer> {
  const said = words[language];
  if (dryRun === true) {
    const facts = { isUnderWay: await citizensKey.isUnderWay(), isRehearsal: true };
    return { exitCode: exitCodes.fine, facts, words: said.wouldRenew(facts) };
  }
  const facts = await citizensKey.renew({ by, onWait: (until) => say(said.renewalWaits({ until })) });
  return { exitCode: exitCodes.fine, facts, words: said.renewed(facts) };
}

export async function forgetCitizensKeys(
  { citizensKey }: KeysAtHand,
  { by, language, dryRun }: Asked,
): Promise<Answer> {
  const said = words[language];
  if (dryRun === true) {
    const facts = { isUnderWay: await citizensKey.isUnderWay(), isRehearsal: true };
    return { exitCode: exitCodes.fine, facts, words: said.wouldForget(facts) };
  }
  const facts = await citizensKey.forget({ by });
  const refused = (text: string): Answer => ({ exitCode: exitCodes.refused, facts, words: text });
  switch (facts.outcome) {
    case 'forgotten':
      return { exitCode: exitCodes.fine, facts, words: said.forgotten(facts) };
    case 'nothing-older':
      return refused(said.nothingOlder());
    case 'too-soon':
      return refused(said.forgetTooSoon(facts));
    case 'still-used':
      return refused(said.olderStillUsed());
  }
}
