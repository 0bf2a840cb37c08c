import type { OperatorsWords } from './operators-words-fa.ts';

export const operatorsWordsEn: OperatorsWords = {
  help: {
    program: 'Operators: citizens with a role in the console. The first ones are made by this command.',
    grant: 'Give a citizen a role',
    revoke: 'Take a role from a citizen',
    list: 'Who has which role',
    role: 'the role',
    citizen: 'national code; read from standard input when left out, which is better: others can see command lines',
    organisation: "the organisation's id; always for university-staff, and for nobody else",
    why: 'the reason; it stays on record',
    by: 'who acts; it stays on record',
    dryRun: 'say what would happen, and write nothing',
    json: 'facts for machines',
    language: 'of the answer',
    exitCodes:
      'Exit codes: 0 done or so already, 1 failed, 2 not understood, 3 not possible and nothing was written, 5 database or keys not available.',
  },
  prompt: 'Type the national code, then Enter and Ctrl-D:',
  outcomes: {
    granted: 'The role was given.',
    revoked: 'The role was taken away. From the next request on it no longer works.',
    'would-grant': 'This was a dry run: the role would be given. Nothing was written.',
    'would-revoke': 'This was a dry run: the role would be taken away. Nothing was written.',
    already: 'This person has this role already.',
    'not-found': 'This person does not have this role.',
    'not-a-national-code': 'This is not a national code.',
    'no-such-citizen': 'Nobody with this national code has an account. They must enrol first.',
    'not-active': 'The account of this person is locked or closed.',
    'no-such-organisation': 'There is no organisation of this id.',
    'wrong-organisation': 'University staff are named with --organisation, and every other role without it.',
    'why-missing': 'The reason is empty.',
  },
  nobody: 'Nobody has a role yet.',
  line: ({ name, role, organisationId, citizenId, grantedAt }) =>
    [
      `${name} (${citizenId})`,
      role,
      ...(organisationId === undefined ? [] : [organisationId]),
      `since ${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Asia/Tehran' }).format(grantedAt)}`,
    ].join(', '),
};
