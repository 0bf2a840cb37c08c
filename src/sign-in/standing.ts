import { type Acr, AUTHENTICATION_LEVELS, isPasskey, reaches } from '#citizens/authentication-levels.ts';
import type { Citizen } from '#citizens/citizen.ts';
import type { CitizenWithFactors, Factors } from '#citizens/factors.ts';
import { doProofsReach, newestProofs, type Proof } from '#citizens/proofs.ts';
import type { Interaction } from '#protocol/interactions.ts';
import type { SignInProgress } from './progress.ts';

export type SecondFactorWay = 'passkey' | 'authenticator' | 'sms' | 'recovery-code';

/** Where a sign-in stands, and so which page comes next. */
export type Standing =
  /** Nobody has proven anything. */
  | { at: 'beginning' }
  /** Somebody is signed in, and their password is missing or too old. */
  | { at: 'password-again'; citizen: Citizen }
  | { at: 'second-factor'; citizen: Citizen; ways: readonly SecondFactorWay[]; isForLevel: boolean }
  | { at: 'new-password'; citizen: Citizen }
  /** Signed in, to an account whose end was asked for: it can be kept with one button. Milliseconds since 1970. */
  | { at: 'closing'; citizen: Citizen; closesAt: number }
  | { at: 'unmet'; citizen: Citizen; missing: 'passkey' | 'code' }
  | { at: 'end'; citizen: Citizen };

type Known = {
  interaction: Pick<Interaction, 'leastAcr' | 'mustReachAcr' | 'session'>;
  progress: SignInProgress | undefined;
  /** As they are now; undefined when nobody is known, or who is known may not use the account. */
  known: CitizenWithFactors | undefined;
  isRemembered: boolean;
};

/** A pure function of what is kept on our side: no address, field or cookie of the browser can skip a step. */
export function standingOf({ interaction, progress, known, isRemembered }: Known): Standing {
  if (known === undefined) return { at: 'beginning' };
  const { citizen, factors } = known;
  const here = progress?.citizenId === citizen.id ? progress.proofs : [];
  const { session, leastAcr, mustReachAcr } = interaction;
  const proofs = newestProofs(session?.citizenId === citizen.id ? session.methods : [], here);
  if (proofs.length === 0) return { at: 'beginning' };

  const attainable = attainableBy(factors, here);
  const isAttainable = (acr: Acr) => doProofsReach(proofs, acr) || reaches({ reached: attainable, wanted: acr });
  if (!isAttainable(mustReachAcr)) {
    return { at: 'unmet', citizen, missing: isForPasskey(mustReachAcr) ? 'passkey' : 'code' };
  }
  // A wish that this citizen cannot fulfil is no reason to hold them up.
  const wanted = isAttainable(leastAcr) ? leastAcr : mustReachAcr;
  if (!doProofsReach(proofs, wanted)) {
    const isPasswordMissing = !proofs.some(({ method }) => method === 'password' || isPasskey(method));
    if (!isForPasskey(wanted) && isPasswordMissing && factors.hasPassword) return { at: 'password-again', citizen };
    const isForLevel = doProofsReach(proofs, AUTHENTICATION_LEVELS.password);
    return { at: 'second-factor', citizen, ways: waysTo(wanted, factors), isForLevel };
  }
  const { passwordAndCode } = AUTHENTICATION_LEVELS;
  const secondFactor: Standing = {
    at: 'second-factor',
    citizen,
    ways: waysTo(passwordAndCode, factors),
    isForLevel: false,
  };
  if (isOwnFactorWanted({ here, proofs, factors, isRemembered })) return secondFactor;
  if (citizen.state !== 'must-change-password') {
    const { closesAt } = citizen;
    const isNews = here.length > 0 && progress?.hasSeenClosing !== true;
    return closesAt !== undefined && isNews ? { at: 'closing', citizen, closesAt } : { at: 'end', citizen };
  }
  // A session that was left open is no proof to set a password by.
  const isFresh = here.some(({ method }) => method === 'password' || isPasskey(method));
  if (!isFresh && factors.hasPassword) return { at: 'password-again', citizen };
  // Their password is known to somebody else, who must not choose the next one by it alone.
  const isOneFactorAlone = isAttainable(passwordAndCode) && !doProofsReach(proofs, passwordAndCode);
  return isOneFactorAlone ? secondFactor : { at: 'new-password', citizen };
}

/** Who has chosen to have a second factor is asked for it whenever the password was typed, but for remembered devices. */
function isOwnFactorWanted({
  here,
  proofs,
  factors,
  isRemembered,
}: {
  here: readonly Proof[];
  proofs: readonly Proof[];
  factors: Factors;
  isRemembered: boolean;
}): boolean {
  const hasTyped = here.some(({ method }) => method === 'password');
  const hasChosen = factors.authenticators + factors.passkeys > 0;
  return hasTyped && hasChosen && !isRemembered && !doProofsReach(proofs, AUTHENTICATION_LEVELS.passwordAndCode);
}

/** The strongest level that this citizen could reach from here. Whether a passkey is one of hardware shows when it is used. */
function attainableBy(factors: Factors, here: readonly Proof[]): Acr {
  if (factors.passkeys > 0 && !here.some(({ method }) => isPasskey(method))) {
    return AUTHENTICATION_LEVELS.phishingResistantHardware;
  }
  const hasCode = factors.phone !== undefined || factors.authenticators > 0 || factors.recoveryCodesLeft > 0;
  return hasCode ? AUTHENTICATION_LEVELS.passwordAndCode : AUTHENTICATION_LEVELS.password;
}

/** Best first. The recovery code is the last resort. */
function waysTo(wanted: Acr, factors: Factors): SecondFactorWay[] {
  const passkey: SecondFactorWay[] = factors.passkeys > 0 ? ['passkey'] : [];
  if (isForPasskey(wanted) || !factors.hasPassword) return passkey;
  return [
    ...passkey,
    ...(factors.authenticators > 0 ? (['authenticator'] as const) : []),
    ...(factors.phone !== undefined ? (['sms'] as const) : []),
    ...(factors.recoveryCodesLeft > 0 ? (['recovery-code'] as const) : []),
  ];
}

function isForPasskey(wanted: Acr): boolean {
  return !reaches({ reached: AUTHENTICATION_LEVELS.passwordAndCode, wanted });
}
