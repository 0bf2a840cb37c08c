import { html } from '../../html.ts';
import type { Text } from '../text.ts';

export const attached: Text['attached'] = {
  heading: 'What universities say of you',
  what: 'A university where you have studied can confirm that you are a student, or your degree, without any paper. It is asked only if you want that, and you are asked before anything reaches a service.',
  none: 'No university has said anything of you yet.',
  since: 'Since',
  asked: 'Last asked',
  goodUntil: 'Good until',
  stale: 'This is out of date. It goes to no service until the university has been asked again.',
  noSource: 'This university no longer answers, and what it said goes to no service.',
  saysNothing: 'It said nothing.',
  renew: 'Ask again',
  renewFrom: (name) => html`Ask ${name} again`,
  remove: 'Remove',
  removeOf: (name) => html`Remove what ${name} said`,
  removeHint: 'Once removed it goes to no service. What services have received before stays with them.',
  sources: 'Universities that can be asked',
  noSources: 'There is no other university to ask.',
  canSay: (claims) => `Can say: ${claims}`,
  ask: 'Ask this university',
  askOf: (name) => html`Ask ${name}`,
  firstSignIn:
    'A university knows you by your sign-in with Panjereh; if you have never signed in there, do that once first.',
  news: {
    attached: 'The university answered, and what it said is kept here.',
    renewed: 'It was asked again, and the new answer took the place of the old one.',
    removed: 'Removed.',
  },
  errors: {
    'not-known': (name) =>
      `${name} does not know you. Sign in to its own system with Panjereh once and ask again. If that does not help, its registrar has to put your record right.`,
    unavailable: (name) => `${name} does not answer now. Ask again in a few minutes; nothing is lost.`,
    'not-valid': (name) =>
      `The answer of ${name} was not right and was not kept. You did nothing wrong; the fault has been noted. Ask again tomorrow, or tell the university.`,
    'no-source': () => 'This university cannot be asked. Choose one of those on this page.',
    removed: () => 'This was removed in the meantime. Ask for it again if you want it.',
  },
  tooOften: (wait) => `You have asked many times. Ask again in ${wait}.`,
  inActivity: {
    source: 'the university',
    'not-known': 'it did not know you',
    unavailable: 'it did not answer',
    'not-valid': 'the answer was not right',
  },
  claims: {
    student_status: 'Status',
    degree: 'Highest degree',
    field: 'Field',
    entry_year: 'Year of entry',
  },
  statuses: {
    active: 'Is a student',
    'on-leave': 'Is a student, on leave',
    graduated: 'Graduated',
    left: 'Is no longer a student',
  },
  degrees: {
    associate: 'Associate degree',
    bachelor: 'Bachelor',
    master: 'Master',
    'professional-doctorate': 'Professional doctorate',
    doctorate: 'Doctorate',
  },
};
