import type { Context } from 'koa';
import { AUTHENTICATION_LEVELS, reaches } from '#citizens/authentication-levels.ts';
import type { CredentialProofs, ProofPurpose } from '#citizens/credential-proofs.ts';
import type { FactorsOf } from '#citizens/factors.ts';
import { strengthsOf } from '#citizens/proofs.ts';
import type { Clock } from '#platform/clock.ts';
import { inSeconds, MINUTE } from '#platform/durations.ts';
import type { CitizenHere, Here } from './citizen-here.ts';

/**
 * A citizen who may change how they sign in: signed in with two factors, where they have two, a moment ago. Whoever
 * is not is sent to prove it and comes back to the same page.
 */
export type StronglyHere = {
  find(ctx: Context, page: string): Promise<StrongHere | undefined>;
};

export type StrongHere = Here & {
  /** For one change of this kind: the only proofs that are issued to somebody who is signed in. */
  prove(purpose: ProofPurpose): Promise<{ citizenId: string; proof: string; binding: string }>;
  binding: string;
};

/** As long as the proof for a change lives: time to find a phone, and too short for a computer that was left. */
const FRESH_FOR = 10 * MINUTE;

type Needs = {
  citizenHere: CitizenHere;
  factorsOf: FactorsOf;
  credentialProofs: Pick<CredentialProofs, 'issue'>;
  clock: Clock;
};

export function createStronglyHere({ citizenHere, factorsOf, credentialProofs, clock }: Needs): StronglyHere {
  async function levelFor(citizenId: string) {
    const { phone, authenticators, passkeys, recoveryCodesLeft } = await factorsOf(citizenId);
    const hasSecond = phone !== undefined || authenticators + passkeys + recoveryCodesLeft > 0;
    return hasSecond ? AUTHENTICATION_LEVELS.passwordAndCode : AUTHENTICATION_LEVELS.password;
  }

  return {
    async find(ctx, page) {
      const here = await citizenHere(ctx);
      if (here === undefined) return undefined;
      const citizenId = here.citizen.id;
      const wanted = await levelFor(citizenId);
      const isStrong = strengthsOf(here.proofs).some(
        ({ acr, provenAt }) => reaches({ reached: acr, wanted }) && clock.now() - provenAt <= FRESH_FOR,
      );
      if (!isStrong) {
        const asked = { to: page, acr: wanted, max_age: String(inSeconds(FRESH_FOR)) };
        ctx.status = 303;
        ctx.redirect(`/enter?${new URLSearchParams(asked)}`);
        return undefined;
      }
      const binding = `account:${here.sessionUid}`;
      return {
        ...here,
        binding,
        async prove(purpose) {
          return { citizenId, binding, proof: await credentialProofs.issue({ citizenId, purpose, binding }) };
        },
      };
    },
  };
}
