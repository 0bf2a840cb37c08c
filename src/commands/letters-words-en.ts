import type { LettersWords } from './letters-words-fa.ts';
import type { LetterKind } from './open-for-letters.ts';

const moment = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tehran', dateStyle: 'short', timeStyle: 'short' });

const names: Readonly<Record<LetterKind, [one: string, many: string]>> = {
  logout: ['logout letter', 'logout letters'],
  text: ['text message', 'text messages'],
};
const some = (kind: LetterKind, count: number) => `${count} ${names[kind][count === 1 ? 0 : 1]}`;

export const lettersWordsEn: LettersWords = {
  help: {
    program: 'Letters that are dead: logout letters to relying parties, and notices to citizens by text message.',
    list: 'How many are dead, the newest hundred with the reason, and how each relying party did in the last seven days',
    revive: 'Owe dead ones again, as if they were new',
    kind: 'logout for logout letters, text for text messages',
    ids: 'their ids, as list says them',
    all: 'everything of this kind that is dead',
    client: 'the logout letters of this relying party',
    dryRun: 'say what would happen, and write nothing',
    by: 'who acts; it stays on record',
    json: 'facts for machines',
    language: 'of the answer',
    exitCodes:
      'Exit codes: 0 done, 1 failed, 2 not understood, 3 something that was named is not dead and was left alone, 4 something is dead, 5 database or key not available.',
  },
  listed: ({ logout, text, rates }) =>
    [
      ...[['logout', logout] as const, ['text', text] as const].flatMap(([kind, { count, newest }]) => [
        count === 0 ? `No ${names[kind][0]} is dead.` : `${some(kind, count)} dead:`,
        ...newest.map((it) => `  ${it.id}  ${it.about}  ${moment.format(it.deadAt)}  ${it.reason}`),
      ]),
      ...rates.map(
        (it) =>
          `${it.clientId}: of ${some('logout', it.owed)} of the last seven days ${it.delivered} arrived and ${it.dead} died.`,
      ),
    ].join('\n'),
  revived: (it) =>
    [
      it.isRehearsal
        ? `A dry run; nothing was written. ${some(it.kind, it.revived)} would be owed again.`
        : `${some(it.kind, it.revived)} owed again, and tried for a day.`,
      ...it.notDead.map((id) => `${id} is not among the dead; it was left alone.`),
    ].join('\n'),
};
