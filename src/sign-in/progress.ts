import { z } from 'zod';
import { AUTHENTICATION_METHODS } from '#citizens/authentication-levels.ts';
import { newestProofs, type Proof } from '#citizens/proofs.ts';
import type { Interaction, Progress } from '#protocol/interactions.ts';

/** What has happened in a sign-in so far: kept by us, bound to the browser, and never shown to it. */
export type SignInProgress = {
  citizenId: string;
  /** What was proven on the way of this sign-in, not before it. */
  proofs: readonly Proof[];
  isShared: boolean;
  /** A message with a code was asked for. */
  isCodeSent: boolean;
  /** They were shown that their account is to be closed, and go on. */
  hasSeenClosing?: boolean;
};

const proofsShape = z.array(z.object({ method: z.enum(AUTHENTICATION_METHODS), at: z.number() }));

/** Undefined at the beginning. */
export function readProgress({ progress }: Pick<Interaction, 'progress'>): SignInProgress | undefined {
  const { citizenId, proofs, shared, codeSent, seenClosing } = progress;
  if (citizenId === undefined || proofs === undefined) return undefined;
  return {
    citizenId,
    proofs: proofsShape.parse(JSON.parse(proofs)),
    isShared: shared === 'yes',
    isCodeSent: codeSent === 'yes',
    hasSeenClosing: seenClosing === 'yes',
  };
}

export function writeProgress({ citizenId, proofs, isShared, isCodeSent, hasSeenClosing }: SignInProgress): Progress {
  return {
    citizenId,
    proofs: JSON.stringify(proofs),
    shared: isShared ? 'yes' : 'no',
    codeSent: isCodeSent ? 'yes' : 'no',
    seenClosing: hasSeenClosing === true ? 'yes' : 'no',
  };
}

/** It is said on the first page; a step-up does not ask again, so there it is as it was said for the session. */
export function isSharedIn({
  progress,
  interaction,
}: {
  progress: SignInProgress | undefined;
  interaction: Pick<Interaction, 'session'>;
}): boolean {
  return progress?.isShared ?? interaction.session?.isShared ?? false;
}

/** One more proof by this citizen; whatever somebody else had proven before is gone. */
export function withProof(
  before: SignInProgress | undefined,
  { citizenId, proof, isShared }: { citizenId: string; proof: Proof; isShared: boolean },
): SignInProgress {
  const own = before?.citizenId === citizenId ? before : undefined;
  return {
    citizenId,
    proofs: newestProofs(own?.proofs ?? [], [proof]),
    isShared,
    isCodeSent: false,
  };
}
