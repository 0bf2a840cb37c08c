import { z } from 'zod';
import { mobileNumberShape, nationalCodeShape } from './enrolment-draft.ts';
import { maskPhone } from './journey.ts';
import type { Journey } from './journeys-store.ts';
import type { RecoveryView } from './recovery.ts';

/** What a recovery knows so far; the machine's alone. */
export const recoveryDraftShape = z.object({
  kind: z.enum(['forgotten-password', 'lost-phone', 'lost-everything']),
  at: z.enum([
    'identity',
    'code',
    'known-password',
    'second-proof',
    'phone',
    'phone-code',
    'waiting-period',
    'password',
    'done',
    'ended',
  ]),
  /** forgotten-password: as typed, and perhaps nobody. lost-everything: as the registry matched it. */
  person: z.object({ nationalCode: nationalCodeShape, birthDate: z.string() }).exactOptional(),
  /** The new number; `provenAt` when its code came back right. */
  phone: z.object({ number: mobileNumberShape, provenAt: z.number().exactOptional() }).exactOptional(),
  /** Set by a proof that only the citizen has: code, password, or identity and number. */
  citizenId: z.string().exactOptional(),
  /** How the account stood at that proof; not for lost-everything, which its owner stops from the old number. */
  accountMark: z.string().exactOptional(),
  /** lost-phone: when the recovery code or passkey was right. */
  secondProofAt: z.number().exactOptional(),
  /** Set in the transaction of the first change to the account: from then on it is finished, and stopped no more. */
  isFinishing: z.boolean().exactOptional(),
  readyAt: z.number().exactOptional(),
  endedBy: z
    .enum(['cancelled', 'stopped', 'no-account', 'deceased', 'already-changed', 'not-possible'])
    .exactOptional(),
});

export type RecoveryDraft = z.output<typeof recoveryDraftShape>;
export type RecoveryJourney = Journey<RecoveryDraft>;

export function recoveryViewOf({ draft, expiresAt }: Pick<RecoveryJourney, 'draft' | 'expiresAt'>): RecoveryView {
  const { kind, at, phone, readyAt, endedBy } = draft;
  return {
    kind,
    at,
    expiresAt,
    ...(at === 'phone-code' && phone !== undefined && { maskedPhone: maskPhone(phone.number) }),
    ...(at === 'waiting-period' && readyAt !== undefined && { readyAt }),
    ...(at === 'ended' && endedBy !== undefined && { endedBy }),
  };
}

/** When the waiting period is over, the new password may be chosen. Time alone does this, so no row is touched. */
export function afterWaiting(journey: RecoveryJourney, now: number): RecoveryJourney {
  const { draft } = journey;
  const isOver = draft.at === 'waiting-period' && draft.readyAt !== undefined && draft.readyAt <= now;
  return isOver ? { ...journey, draft: { ...draft, at: 'password' } } : journey;
}
