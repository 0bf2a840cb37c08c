import type { Authenticate } from '#citizens/authenticate.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { RecoveryCodes } from '#citizens/recovery-codes.ts';
import type { SecondFactorAttempts } from '#citizens/second-factor-attempts.ts';
import type { Clock } from '#platform/clock.ts';
import type { AccountMark } from './account-mark.ts';
import { recoveringCitizen, recoveryBindingOf, recoveryRule } from './recovery-rules.ts';

export type SecondProofNeeds = {
  authenticate: Authenticate;
  recoveryCodes: Pick<RecoveryCodes, 'use'>;
  secondFactorAttempts: SecondFactorAttempts;
  passkeys: Pick<Passkeys, 'signIn'>;
  accountMark: AccountMark;
  clock: Clock;
};

/** A lost phone: the password, and one more thing that is not the phone. Limits are those of every sign-in. */
export function createSecondProofSteps(needs: SecondProofNeeds) {
  const { authenticate, recoveryCodes, secondFactorAttempts, passkeys, accountMark, clock } = needs;
  return {
    'known-password': recoveryRule(
      'known-password',
      ['known-password'],
      async ({ draft }, { step: _, ...typed }, { network }) => {
        const signIn = await authenticate({ ...typed, network });
        switch (signIn.outcome) {
          case 'accepted': {
            const proven = { citizenId: signIn.citizen.id, accountMark: await accountMark(signIn.citizen) };
            return { come: 'go', draft: { ...draft, at: 'second-proof', ...proven } };
          }
          case 'wrong-credentials':
          case 'puzzle-needed':
            return { come: 'refuse', reason: signIn.outcome };
          case 'slow-down':
            return { come: 'refuse', reason: 'slow-down', retryAfterMs: signIn.retryAfterMs };
          case 'not-allowed':
            return { come: 'go', draft: { ...draft, at: 'ended', endedBy: 'not-possible' } };
        }
      },
    ),

    'recovery-code': recoveryRule(
      'recovery-code',
      ['second-proof'],
      async ({ draft }, { code }, { network }) => {
        const citizenId = recoveringCitizen(draft);
        const begun = await secondFactorAttempts.begin({ citizenId, network, device: undefined });
        if (begun.outcome === 'slow-down')
          return { come: 'refuse', reason: 'slow-down', retryAfterMs: begun.retryAfterMs };
        if ((await recoveryCodes.use({ citizenId, code })) !== 'right') return { come: 'refuse', reason: 'wrong-code' };
        await begun.attempt.succeed();
        return { come: 'go', draft: { ...draft, at: 'phone', secondProofAt: clock.now() } };
      },
      { isExclusive: true },
    ),

    passkey: recoveryRule('passkey', ['second-proof'], async (journey, { response }) => {
      const { draft } = journey;
      const citizenId = recoveringCitizen(draft);
      const signIn = await passkeys.signIn({ binding: recoveryBindingOf(journey), response, citizenId });
      if (signIn.outcome === 'refused') return { come: 'refuse', reason: 'passkey-refused' };
      return { come: 'go', draft: { ...draft, at: 'phone', secondProofAt: clock.now() } };
    }),
  };
}
