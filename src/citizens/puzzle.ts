import { randomInt } from 'node:crypto';
import { type Challenge, createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { z } from 'zod';

import { type Clock, epochSeconds } from '#platform/clock.ts';
import { inSeconds, MINUTE } from '#platform/durations.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';

/**
 * A proof of work instead of a picture puzzle from abroad: the browser tries numbers until one fits. It makes guessing
 * over many accounts dear, costs a person nothing but a moment, and needs no other server. Who has no script proves
 * instead that a code reached the registered phone (one-time-codes, purpose `puzzle-way`).
 */
export type Puzzle = {
  /** For the page, as JSON. */
  create(): Promise<PuzzleChallenge>;
  /** What the page sent: JSON, or JSON in base64 as the Altcha widget sends it. A solution counts once. */
  check(payload: unknown): Promise<'solved' | 'wrong' | 'used'>;
};

export type PuzzleChallenge = Challenge;

/**
 * 60 to 120 tries at 2,000 rounds of HMAC-SHA-256. A phone of the cheapest kind does about 200,000 rounds a second on
 * one of its cores: 1.2 s at the most; checking is one HMAC.
 */
const ROUNDS = 2_000;
const FEWEST_TRIES = 60;
const MOST_TRIES = 120;
/** Time to type a password after the page was loaded. */
const LIVES = 10 * MINUTE;

const ALGORITHM = 'PBKDF2/SHA-256';
const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{1,${length}}$`));

const payloadShape = z.object({
  challenge: z.object({
    parameters: z.object({
      algorithm: z.literal(ALGORITHM),
      nonce: hex(64),
      salt: hex(64),
      cost: z.literal(ROUNDS),
      keyLength: z.literal(32),
      keyPrefix: hex(64),
      keySignature: hex(128),
      data: z.object({ until: z.number().int() }),
    }),
    signature: hex(128),
  }),
  solution: z.object({
    counter: z.number().int().min(0).max(MOST_TRIES),
    derivedKey: hex(64),
  }),
});

type PuzzleNeeds = {
  /** Signs the challenges; two other values are made of it. */
  secret: KeyedHash;
  store: Pick<StateStore, 'write'>;
  clock: Clock;
};

export function createPuzzle({ secret, store, clock }: PuzzleNeeds): Puzzle {
  const hmacSignatureSecret = secret('puzzle:challenge');
  const hmacKeySignatureSecret = secret('puzzle:solution');

  return {
    create: () =>
      createChallenge({
        algorithm: ALGORITHM,
        cost: ROUNDS,
        counter: randomInt(FEWEST_TRIES, MOST_TRIES + 1),
        deriveKey,
        // Not as `expiresAt`, which the library compares with a clock of its own.
        data: { until: epochSeconds(clock) + inSeconds(LIVES) },
        hmacSignatureSecret,
        hmacKeySignatureSecret,
      }),

    async check(sent) {
      const { data } = payloadShape.safeParse(readJson(sent));
      if (data === undefined) return 'wrong';
      const { challenge, solution } = data;
      if (challenge.parameters.data.until <= epochSeconds(clock)) return 'wrong';
      const { verified } = await verifySolution({
        challenge,
        solution,
        deriveKey,
        hmacSignatureSecret,
        hmacKeySignatureSecret,
      });
      if (!verified) return 'wrong';
      // Kept for as long as the challenge itself would be good.
      const key = `puzzle:${secret(`puzzle:used:${challenge.parameters.nonce}`)}`;
      const isFirst = await store.write(key, { set: { used: '1' }, expiresInMs: LIVES, when: 'absent' });
      return isFirst ? 'solved' : 'used';
    },
  };
}

/** The widget sends less than 1 kB. */
const LONGEST_PAYLOAD = 4_000;

function readJson(sent: unknown): unknown {
  if (typeof sent !== 'string') return sent;
  if (sent.length > LONGEST_PAYLOAD) return undefined;
  try {
    return JSON.parse(sent.startsWith('{') ? sent : Buffer.from(sent, 'base64').toString());
  } catch {
    return undefined;
  }
}
