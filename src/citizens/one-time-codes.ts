import { randomInt } from 'node:crypto';

import { MINUTE, SECOND } from '#platform/durations.ts';
import { randomToken } from '#platform/ids.ts';
import type { RateLimits } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import type { StateStore } from '#platform/state-store.ts';

import { type MobileNumber, readMobileNumber } from './mobile-number.ts';
import type { MessageKind, TextMessages } from './text-messages.ts';
import { readDigits, sameText } from './typed-digits.ts';

/** What a code is asked for; a code for one purpose is nothing for another. */
export type CodePurpose = 'sign-in' | 'phone' | 'phone-owner' | 'recovery' | 'puzzle-way';

type CodeRequest = {
  phone: MobileNumber;
  purpose: CodePurpose;
  /** What the code may be used in, and in no other: the interaction or enrolment, and the browser. */
  binding: string;
  network: string;
  language: 'fa' | 'en';
  /** For the words of the message, beside `code`. */
  values?: Record<string, string>;
};

type CodeSent =
  | { outcome: 'sent'; expiresInMs: number; resendInMs: number }
  /** Nobody knows whether it left: the code lives, so that a message that comes late does not bring a dead one. */
  | { outcome: 'late'; expiresInMs: number; resendInMs: number }
  | { outcome: 'slow-down'; retryAfterMs: number }
  | { outcome: 'unavailable' };

type CodeChecked =
  | { outcome: 'right'; phone: MobileNumber }
  | { outcome: 'wrong'; triesLeft: number }
  /** There is none, it was used, or it was tried too often: only a new one helps. */
  | { outcome: 'expired' };

export type OneTimeCodes = {
  /** The one before it in the same binding is dead from now on. Throws LimitsUnavailable. */
  send(to: CodeRequest): Promise<CodeSent>;
  /**
   * The same in every way that can be seen from outside, for a number that nobody has: nothing is sent, and no code
   * is right. The gateway's answer is not waited for in either case, so the time tells nothing.
   */
  sendUnseen(to: Omit<CodeRequest, 'phone'> & { phone: MobileNumber | undefined }): Promise<CodeSent>;
  /** Any digits, with or without blanks. A right code is consumed, first wins; every try counts before it is made. */
  check(tried: { purpose: CodePurpose; binding: string; code: string }): Promise<CodeChecked>;
};

/** NIST SP 800-63B-4 section 3.1.3.2 allows 10 minutes; a message that has not come after three is sent again. */
const LIVES = 3 * MINUTE;
const DIGITS = 6;
/** Five tries at a million codes: 1 in 200,000 for each code that is sent. */
const TRIES = 5;
/** A message on its way is not overtaken; whoever asks again and again waits for longer each time. */
const RESEND = { free: 0, withinMs: 30 * MINUTE, firstWaitMs: 60 * SECOND, longestWaitMs: 15 * MINUTE } as const;

/** As long as a real one, and nobody's: operators give out 091 to 099. */
const NOBODYS = '+989000000000';

const MESSAGE: Record<CodePurpose, MessageKind> = {
  'sign-in': 'sign-in-code',
  phone: 'phone-code',
  'phone-owner': 'phone-owner-code',
  recovery: 'recovery-code',
  'puzzle-way': 'puzzle-way',
};

type OneTimeCodesNeeds = {
  store: Pick<StateStore, 'read' | 'write' | 'claim' | 'remove'>;
  keyedHash: KeyedHash;
  sealer: Sealer;
  rateLimits: Pick<RateLimits, 'createGrowingWait'>;
  textMessages: Pick<TextMessages, 'send'>;
  onError(error: unknown): void;
  /** Sends what is unseen, long after the answer has left, so that the work of sending cannot be felt in it. */
  later?: (send: () => void) => void;
};

export function createOneTimeCodes(needs: OneTimeCodesNeeds): OneTimeCodes {
  const { store, keyedHash, sealer, rateLimits, textMessages, onError, later = afterTheAnswer } = needs;
  const resending = rateLimits.createGrowingWait({ name: 'one-time-code:resend', ...RESEND });

  const placeOf = ({ purpose, binding }: { purpose: CodePurpose; binding: string }) =>
    `one-time-code:${keyedHash(`one-time-code:${purpose}:${binding}`)}`;
  const hashOf = (key: string, id: string, code: string) => keyedHash(`one-time-code:${key}:${id}:${code}`);

  /** Stored before it is sent: a message never arrives with a code that is not known. */
  async function keep({ phone, ...request }: Omit<CodeRequest, 'phone'> & { phone: MobileNumber | undefined }) {
    const key = placeOf(request);
    const wait = await resending.take(key);
    if (!wait.allowed) return { outcome: 'slow-down' as const, retryAfterMs: wait.retryAfterMs };
    const id = randomToken();
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    await store.remove([key]);
    await store.write(key, {
      set: {
        id,
        // Of a number that nobody has no code is right: what is hashed then has no six digits. The work is the same.
        hash: hashOf(key, id, phone === undefined ? randomToken().slice(0, DIGITS + 1) : code),
        phone: sealer.seal(phone ?? NOBODYS, key),
      },
      expiresInMs: LIVES,
    });
    return { outcome: 'kept' as const, key, code };
  }

  const times = { expiresInMs: LIVES, resendInMs: RESEND.firstWaitMs };

  const messageOf = ({ purpose, network, language, values }: Omit<CodeRequest, 'phone'>, code: string) => ({
    kind: MESSAGE[purpose],
    network,
    language,
    values: { ...values, code },
  });

  return {
    async send({ phone, ...request }) {
      const kept = await keep({ phone, ...request });
      if (kept.outcome === 'slow-down') return kept;
      const message = await textMessages.send({ to: phone, ...messageOf(request, kept.code) });
      if (message.outcome === 'sent') return { outcome: 'sent', ...times };
      if (message.outcome === 'unknown') return { outcome: 'late', ...times };
      // Nobody has it, and whoever asks again has not been sent anything.
      await Promise.all([store.remove([kept.key]), resending.giveBack(kept.key)]);
      if (message.outcome === 'unavailable') return message;
      return { outcome: 'slow-down', retryAfterMs: message.retryAfterMs };
    },

    async sendUnseen({ phone, ...request }) {
      const kept = await keep({ phone, ...request });
      if (kept.outcome === 'slow-down') return kept;
      const send = async () => {
        if (phone !== undefined) await textMessages.send({ to: phone, ...messageOf(request, kept.code) });
      };
      later(() => void send().catch(onError));
      return { outcome: 'sent', ...times };
    },

    async check({ purpose, binding, code: typed }) {
      const key = placeOf({ purpose, binding });
      const record = await store.read(key);
      const { id, hash, phone } = record?.fields ?? {};
      if (id === undefined || hash === undefined) return { outcome: 'expired' };

      const attempt = await takeATry(key, id);
      if (attempt === undefined) return { outcome: 'expired' };
      const isRight = sameText(hash, hashOf(key, id, readDigits(typed, DIGITS) ?? ''));
      if (!isRight) return { outcome: 'wrong', triesLeft: TRIES - attempt };

      if ((await store.claim(key, `used:${id}`, '1')) !== 'first') return { outcome: 'expired' };
      await store.remove([key]);
      const number = phone === undefined ? undefined : readMobileNumber(sealer.unseal(phone, key).toString());
      if (number === undefined) throw new Error('a right code was sent to no number');
      return { outcome: 'right', phone: number };
    },
  };

  /** Of many at once each gets a number of its own, from 1; undefined when all are gone. */
  async function takeATry(key: string, id: string): Promise<number | undefined> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const claimed = await store.claim(key, `try:${id}:${attempt}`, '1');
      if (claimed === 'first') return attempt;
      if (claimed === 'absent') return undefined;
    }
    return undefined;
  }
}

/** Milliseconds: an answer takes a tenth of it. */
const SENT_UNSEEN_AFTER = 100;

function afterTheAnswer(send: () => void): void {
  setTimeout(send, SENT_UNSEEN_AFTER).unref();
}
