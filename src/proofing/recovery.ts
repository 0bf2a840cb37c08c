import type { StepFrom } from './journey.ts';

/**
 * Three ways back into an account, and none sets a credential without a proof of its own:
 * - forgotten-password: national code and birth date → a code to the registered phone → new password.
 * - lost-phone: national code and password → a recovery code or a passkey → new number → ownership → code.
 * - lost-everything: civil registry again → new number in one's own name → code → 24 h in which the old number can stop
 *   it → new password; every other factor and session of before is gone.
 * Until a proof that only the citizen has was given, every answer is the same whether the account exists or not.
 */
export type Recoveries = {
  /** A new one; what this device had under way is over. */
  begin(a: {
    deviceSecret: string;
    kind: RecoveryKind;
    from: StepFrom;
  }): Promise<{ outcome: 'begun'; recovery: RecoveryView } | { outcome: 'slow-down'; retryAfterMs: number }>;
  find(deviceSecret: string): Promise<RecoveryView | undefined>;
  act(deviceSecret: string, step: RecoveryStep, from: StepFrom): Promise<RecoveryOutcome>;
  /** At 'second-proof' alone (WebAuthn, PublicKeyCredentialRequestOptionsJSON). */
  passkeyOptions(deviceSecret: string): Promise<object | undefined>;
  /** From the message to the old number: ends a lost-everything recovery that the citizen did not ask for. */
  stop(a: { code: string; from: StepFrom }): Promise<'stopped' | 'unknown' | 'slow-down'>;
};

export type RecoveryKind = 'forgotten-password' | 'lost-phone' | 'lost-everything';

export type RecoveryAt =
  /** forgotten-password, lost-everything: national code and birth date. */
  | 'identity'
  /** forgotten-password: the code that went to the registered phone, if there is such an account. */
  | 'code'
  /** lost-phone: national code and password. */
  | 'known-password'
  /** lost-phone: a recovery code or a passkey. */
  | 'second-proof'
  | 'phone'
  | 'phone-code'
  /** lost-everything: until `readyAt`. */
  | 'waiting-period'
  | 'password'
  | 'done'
  | 'ended';

export type RecoveryStep =
  | { step: 'identity'; nationalCode: string; birthDate: string }
  | { step: 'code'; code: string }
  | {
      step: 'known-password';
      nationalCode: string;
      password: string;
      device: string | undefined;
      hasSolvedPuzzle: boolean;
    }
  | { step: 'recovery-code'; code: string }
  | { step: 'passkey'; response: unknown }
  | { step: 'phone'; phone: string }
  | { step: 'phone-code'; code: string }
  | { step: 'send-code-again' }
  | { step: 'password'; password: string }
  | { step: 'cancel' };

export type RecoveryView = {
  kind: RecoveryKind;
  at: RecoveryAt;
  /** The new number at 'phone-code'; never the registered one, which would tell that there is one. */
  maskedPhone?: string;
  /** At 'waiting-period': milliseconds since 1970. */
  readyAt?: number;
  endedBy?: 'cancelled' | 'stopped' | 'no-account' | 'deceased' | 'already-changed' | 'not-possible';
  expiresAt: number;
};

export type RecoveryRefusal =
  | 'malformed'
  | 'no-match'
  /** lost-phone: code and password do not belong together. */
  | 'wrong-credentials'
  /** lost-phone: after several wrong passwords the next try comes with a solved puzzle, as at every sign-in. */
  | 'puzzle-needed'
  /** Wrong, used, run out, or tried too often. */
  | 'wrong-code'
  | 'passkey-refused'
  /** The number is not in the citizen's own name. */
  | 'somebody-else'
  | 'slow-down'
  | 'unavailable'
  | 'too-short'
  | 'too-long'
  | 'too-common'
  | 'about-yourself';

export type RecoveryOutcome =
  | { outcome: 'moved'; recovery: RecoveryView; resendInMs?: number; isLate?: boolean }
  | { outcome: 'refused'; reason: RecoveryRefusal; recovery: RecoveryView; retryAfterMs?: number }
  | { outcome: 'not-now'; recovery?: RecoveryView };
