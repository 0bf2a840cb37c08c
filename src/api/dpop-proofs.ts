import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Clock, epochSeconds } from '#platform/clock.ts';
import { inSeconds, MINUTE } from '#platform/durations.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';
import { Problem } from './problem.ts';

/** RFC 9449 section 11.1 wants it short; clocks on campus differ by seconds, and ours may be a minute off, too. */
const WINDOW = 1 * MINUTE;

const shape = z.object({
  jti: z.string().min(1).max(200),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string(),
});

type Needs = { store: Pick<StateStore, 'write'>; hash: KeyedHash; clock: Clock };
type About = { proofs: readonly string[]; token: string; boundTo: string; method: string; uri: string };

/** Whether whoever presents a token has the key that it is bound to: RFC 9449 section 4.3, point by point. */
export function createDpopProofs({ store, hash, clock }: Needs) {
  return {
    /** `uri` is the address of the call without query and fragment. @throws Problem token-invalid */
    async check({ proofs, token, boundTo, method, uri }: About): Promise<void> {
      const [proof] = proofs;
      if (proof === undefined || proofs.length > 1) throw new Problem('token-invalid');
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: ['ES256', 'EdDSA', 'Ed25519'],
        currentDate: new Date(clock.now()),
      }).catch((cause) => {
        throw new Problem('token-invalid', { cause });
      });
      const claims = shape.safeParse(payload);
      const key = protectedHeader.jwk;
      if (!claims.success || key === undefined || 'd' in key) throw new Problem('token-invalid');
      const { htm, htu, iat, ath, jti } = claims.data;
      const isFresh = Math.abs(epochSeconds(clock) - iat) <= inSeconds(WINDOW);
      const isOfThisCall = htm === method && htu === uri && ath === digestOf(token);
      if (!isFresh || !isOfThisCall || (await calculateJwkThumbprint(key)) !== boundTo)
        throw new Problem('token-invalid');
      await useOnce(`${boundTo}:${jti}`);
    },
  };

  /** Kept until the proof is too old anyway, from the earliest moment at which it could have been taken. */
  async function useOnce(name: string): Promise<void> {
    const isFirst = await store
      .write(`api:dpop:${hash(`api-dpop:${name}`)}`, {
        set: { used: '1' },
        expiresInMs: 2 * WINDOW + 1000,
        when: 'absent',
      })
      .catch((cause) => {
        throw new Problem('unavailable', { cause, headers: { 'Retry-After': '5' } });
      });
    if (!isFirst) throw new Problem('token-invalid');
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
