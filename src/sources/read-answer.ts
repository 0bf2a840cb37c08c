import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { DAY, inSeconds, MINUTE, SECOND } from '#platform/durations.ts';
import type { Source } from './source.ts';
import { readSaidClaims, type SaidClaims, type SourceClaim } from './source-claims.ts';

/** What was signed for us, about one citizen. */
export type SaidOnce = {
  claims: SaidClaims;
  /** By claim: what may be handed on, each about this claim alone and about nobody by name. */
  statements: { [Claim in SourceClaim]?: string };
  /** Milliseconds since 1970. */
  goodUntil: number;
};

export type AnswerRead = { outcome: 'valid'; said: SaidOnce } | { outcome: 'not-valid'; reason: string };

type Expected = {
  source: Pick<Source, 'issuer' | 'claims' | 'alg'>;
  issuer: string;
  subject: string;
  nonce: string;
  /** Milliseconds since 1970. */
  now: number;
  keySet: { keys: Record<string, unknown>[] };
};

/** The two kinds of JWT of a source, told apart by `typ` (RFC 8725 section 3.11): one is for us, the other for handing on. */
const ANSWER = 'claims-source-answer+jwt';
const STATEMENT = 'claims-source-statement+jwt';

/** Answered a moment ago, to this very question; clocks of campus servers differ by seconds. */
const SKEW = 1 * MINUTE;
/** However long a source vouches for it: a term goes by, and people leave. */
const LONGEST_GOOD = 30 * DAY;

/** A key that we do not know: the set has to be fetched anew before the answer is judged. */
export class UnknownKey extends Error {}

/** Unknown claims are dropped, everything else that does not fit makes the whole answer worthless. @throws UnknownKey */
export async function readAnswer(jwt: string, expected: Expected): Promise<AnswerRead> {
  try {
    const payload = await verify(jwt, { ...expected, typ: ANSWER });
    const { claims: said, statements: signed } = answerShape.parse(payload);
    if (payload.sub !== expected.subject) return notValid('sub');
    if (payload.aud !== expected.issuer) return notValid('aud');
    if (payload.nonce !== expected.nonce) return notValid('nonce');
    const claims = readSaidClaims(said, expected.source.claims);
    if (claims === undefined) return notValid('claims');
    const statements: SaidOnce['statements'] = {};
    let goodUntil = Math.min(expected.now + LONGEST_GOOD, expiryOf(payload));
    for (const name of expected.source.claims) {
      const statement = signed[name];
      if (statement === undefined || claims[name] === undefined) continue;
      const single = await verify(statement, { ...expected, typ: STATEMENT });
      if (!isAbout(single, { [name]: claims[name] })) return notValid('statement');
      statements[name] = statement;
      goodUntil = Math.min(goodUntil, expiryOf(single));
    }
    // Within the skew it may still be signed well; there is no use in keeping it.
    if (goodUntil <= expected.now) return notValid('exp');
    return { outcome: 'valid', said: { claims, statements, goodUntil } };
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw new UnknownKey('no key of the source has this name');
    if (error instanceof z.ZodError) return notValid('shape');
    // The code alone: a message may quote what was in the token.
    if (error instanceof errors.JOSEError) return notValid(error.code);
    throw error;
  }
}

const answerShape = z.object({
  claims: z.record(z.string(), z.unknown()),
  statements: z.record(z.string(), z.string()).default({}),
});

async function verify(jwt: string, { source, now, keySet, typ }: Expected & { typ: string }): Promise<JWTPayload> {
  const { payload } = await jwtVerify(jwt, createLocalJWKSet(keySet as JSONWebKeySet), {
    algorithms: [source.alg],
    typ,
    issuer: source.issuer,
    requiredClaims: ['iat', 'exp'],
    clockTolerance: inSeconds(SKEW),
    maxTokenAge: inSeconds(SKEW),
    currentDate: new Date(now),
  });
  return payload;
}

/** No subject, no audience and nothing else that would tell more than this claim to whoever it is handed on to. */
function isAbout({ iss: _iss, iat: _iat, exp: _exp, jti: _jti, ...rest }: JWTPayload, claim: SaidClaims): boolean {
  return JSON.stringify(rest) === JSON.stringify(claim);
}

/** jose has required it. */
function expiryOf({ exp = 0 }: JWTPayload): number {
  return exp * SECOND;
}

function notValid(reason: string): AnswerRead {
  return { outcome: 'not-valid', reason };
}
