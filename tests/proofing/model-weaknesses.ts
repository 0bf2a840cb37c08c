import { createAccountMark } from '#proofing/account-mark.ts';
import type { EnrolmentRefusal } from '#proofing/enrolment.ts';
import type { casts } from './model-events.ts';
import type { OpenProofing, Weakened } from './open-proofing.ts';

type Weakness = { weakened: Weakened; complaint: RegExp; cast: keyof typeof casts };

export const WEAKNESSES = [
  'any code is right in an enrolment',
  'the registry’s answer is not looked at',
  'every number is everybody’s own',
  'an account that is there is not looked for',
  'two enrolments of one person do not wait for each other',
  'an enrolment is not bound to its device',
  'any code is right in a recovery',
  'nobody waits for a day',
  'a stop stops nothing',
  'what was read long ago is saved over what came since',
] as const;

/** Each takes one protection away, and names the complaint that must follow. */
export function weaknesses(proofing: OpenProofing): Record<(typeof WEAKNESSES)[number], Weakness> {
  const citizenOf = (nationalCode: Parameters<typeof proofing.citizens.findByNationalCode>[0]) =>
    proofing.citizens.findByNationalCode(nationalCode);
  const accountMark = createAccountMark(proofing);

  return {
    'any code is right in an enrolment': {
      cast: 'a newcomer and a thief',
      complaint: /without the number's code/,
      weakened: {
        rules: (rules) => ({
          ...rules,
          'phone-code': {
            ...rules['phone-code'],
            async take({ draft }) {
              const { phone } = draft;
              if (phone === undefined) return refusal('malformed');
              const proven = { ...phone, provenAt: proofing.clock.now() };
              return { come: 'go', draft: { ...draft, at: 'password', phone: proven } };
            },
          },
        }),
      },
    },
    'the registry’s answer is not looked at': {
      cast: 'a newcomer and a thief',
      complaint: /verified as somebody else/,
      weakened: {
        verifications: (asked) => ({
          ...asked,
          identity: async () => ({ outcome: 'matched', person: { givenName: 'Anybody', familyName: 'At all' } }),
        }),
      },
    },
    'every number is everybody’s own': {
      cast: 'a newcomer and a thief',
      complaint: /has a number of others as theirs/,
      weakened: { verifications: (asked) => ({ ...asked, ownership: async () => 'owner' }) },
    },
    'an account that is there is not looked for': {
      cast: 'everybody',
      complaint: /enrolled over an account/,
      weakened: {
        needs: (needs) => ({
          ...needs,
          findAccount: async () => undefined,
        }),
      },
    },
    'two enrolments of one person do not wait for each other': {
      cast: 'a newcomer at two devices',
      complaint: /enrolled over an account/,
      weakened: { needs: (needs) => ({ ...needs, claims: { claim: async () => 'ours' } }) },
    },
    'an enrolment is not bound to its device': {
      cast: 'a newcomer and a thief',
      complaint: /./,
      weakened: {
        enrolmentsStore(store) {
          let last = '';
          return {
            ...store,
            async create(a) {
              last = a.deviceSecret;
              return store.create(a);
            },
            find: async (secret) => (await store.find(last)) ?? store.find(secret),
          };
        },
      },
    },
    'any code is right in a recovery': {
      cast: 'an owner and a thief',
      complaint: /without the (?:number's )?code/,
      weakened: {
        recoveryRules: (rules) => ({
          ...rules,
          code: {
            ...rules.code,
            async take({ draft }) {
              const citizen = draft.person && (await citizenOf(draft.person.nationalCode));
              if (citizen === undefined) return refusal('wrong-code');
              const proven = { citizenId: citizen.id, accountMark: await accountMark(citizen) };
              return { come: 'go', draft: { ...draft, at: 'password', ...proven } };
            },
          },
        }),
      },
    },
    'nobody waits for a day': {
      cast: 'an owner and a thief',
      complaint: /without the waiting period/,
      weakened: {
        recoveryRules: (rules) => ({
          ...rules,
          password: { ...rules.password, from: [...rules.password.from, 'waiting-period'] },
        }),
      },
    },
    'a stop stops nothing': {
      cast: 'an owner and a thief',
      complaint: /said to be stopped/,
      weakened: {
        recoveriesStore: (store) => ({
          ...store,
          save: (journey, change) =>
            change.draft.endedBy === 'stopped' ? Promise.resolve(journey) : store.save(journey, change),
        }),
      },
    },
    'what was read long ago is saved over what came since': {
      cast: 'a newcomer at two devices',
      complaint: /signed in who set no password/,
      weakened: {
        enrolmentsStore: (store) => ({
          ...store,
          async save(journey, change) {
            let version = journey.version;
            for (;;) {
              const saved = await store.save({ ...journey, version }, change);
              if (saved !== undefined || version > journey.version + 20) return saved;
              version += 1;
            }
          },
        }),
      },
    },
  };
}

function refusal<Reason extends EnrolmentRefusal>(reason: Reason): { come: 'refuse'; reason: Reason } {
  return { come: 'refuse', reason };
}
