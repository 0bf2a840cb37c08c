import type { IdentityLevel } from '#citizens/citizen.ts';
import type { JourneyProof, RegisteredName, StepFrom } from './journey.ts';

/**
 * How a person becomes a citizen with an account: national code and birth date → civil registry → mobile number →
 * ownership → one-time code → password → passkey → recovery codes. Every step is saved before it is answered; the
 * device that began may go on for 24 h, and no other. The citizen's row comes into being with the password, when
 * everything it says is proven.
 */
export type Enrolments = {
  /** What this device has under way, or a new one. */
  begin(a: {
    deviceSecret: string;
    resume?: { interactionUid: string };
    from: StepFrom;
  }): Promise<{ outcome: 'begun'; enrolment: EnrolmentView } | { outcome: 'slow-down'; retryAfterMs: number }>;
  /** Undefined when this device has nothing under way, or what it had has run out. */
  find(deviceSecret: string): Promise<EnrolmentView | undefined>;
  act(deviceSecret: string, step: EnrolmentStep, from: StepFrom): Promise<EnrolmentOutcome>;
  /** At 'passkey' alone: what the browser needs to make one (WebAuthn, PublicKeyCredentialCreationOptionsJSON). */
  passkeyOptions(deviceSecret: string): Promise<object | undefined>;
  /** At 'recovery-codes' alone: ten new ones, shown once; asked again, those before are dead. */
  issueRecoveryCodes(deviceSecret: string): Promise<readonly string[] | undefined>;
};

export type EnrolmentAt =
  | 'identity'
  | 'phone'
  | 'phone-owner'
  | 'phone-code'
  | 'password'
  | 'passkey'
  | 'recovery-codes'
  | 'waiting'
  | 'done'
  /** Over without an account: `endedBy` says why. */
  | 'ended';

export type EnrolmentStep =
  /** The birth date is ISO, Gregorian; the national code as typed. */
  | { step: 'identity'; nationalCode: string; birthDate: string }
  /** Also at 'waiting' for the civil registry: the number that will be told, and verified next. And at 'phone-owner' and 'phone-code': another number. */
  | { step: 'phone'; phone: string }
  | { step: 'phone-owner'; ownerNationalCode: string }
  | { step: 'phone-code'; code: string }
  | { step: 'send-code-again' }
  | { step: 'password'; password: string }
  | { step: 'passkey'; response: unknown; name: string }
  | { step: 'passkey-skipped' }
  | { step: 'recovery-codes-kept' }
  | { step: 'cancel' };

export type EnrolmentView = {
  at: EnrolmentAt;
  /** From 'password' on: before that, whoever typed somebody's code and birth date would learn their name. */
  name?: RegisteredName;
  /** From 'phone-owner' on, and at 'waiting' where a number was given. */
  maskedPhone?: string;
  /** At 'phone-code': whether the code is with the person themselves or with the number's registered owner. */
  codeIsWith?: 'citizen' | 'owner';
  /** At 'phone-code': false when an answer that was waited for came while nobody was here to read a code. */
  isCodeSent?: boolean;
  /** At 'waiting'. */
  waitingFor?: 'civil-registry' | 'mobile-ownership';
  /** Why the answer that was waited for led back: shown with the page. */
  refusedMeanwhile?: 'no-match' | 'owner-no-match';
  endedBy?: 'deceased' | 'account-exists' | 'not-possible' | 'cancelled';
  /** From 'passkey' on. */
  citizenId?: string;
  identityLevel?: IdentityLevel;
  resume?: { interactionUid: string };
  /** Milliseconds since 1970. From 'passkey' on it is half an hour, because credentials can be added. */
  expiresAt: number;
};

export type EnrolmentRefusal =
  /** The typed value cannot be one. */
  | 'malformed'
  /** The registry knows no such person; the same words whatever the cause. */
  | 'no-match'
  | 'your-own-code'
  | 'owner-no-match'
  | 'wrong-code'
  | 'code-expired'
  | 'slow-down'
  /** The code could not be sent, or the service asked for could not be reached; what was entered is kept. */
  | 'unavailable'
  | 'too-short'
  | 'too-long'
  | 'too-common'
  | 'about-yourself'
  | 'passkey-refused';

export type EnrolmentOutcome =
  | {
      outcome: 'moved';
      enrolment: EnrolmentView;
      /** Once, on the way to 'done': who to sign in, and by what. */
      signIn?: { citizenId: string; proofs: readonly JourneyProof[] };
      /** After a code was sent. */
      resendInMs?: number;
      /** With it: the gateway was slow, and so the message may be. */
      isLate?: boolean;
    }
  | {
      outcome: 'refused';
      reason: EnrolmentRefusal;
      enrolment: EnrolmentView;
      /** With 'slow-down'. */
      retryAfterMs?: number;
      /** With 'wrong-code'. */
      triesLeft?: number;
    }
  /** A service is down: the enrolment waits in the queue, and `enrolment.waitingFor` says for what. */
  | { outcome: 'waiting'; enrolment: EnrolmentView }
  /** Nothing is under way here, or the step is not one of this place: show where the enrolment stands. */
  | { outcome: 'not-now'; enrolment?: EnrolmentView };
