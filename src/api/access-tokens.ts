import { createLocalJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '#platform/clock.ts';
import { onlyPublic } from '#signing-keys/jwks.ts';
import type { KeyRing } from '#signing-keys/key-ring.ts';
import { Problem } from './problem.ts';

/** What an access token of ours for the API says (RFC 9068 section 2.2). */
type AccessToken = { clientId: string; scopes: readonly string[]; boundTo: string | undefined };

/** `sub` is the relying party itself: nobody's token but a service's is good here. */
const shape = z
  .object({
    iss: z.string(),
    aud: z.string(),
    sub: z.string(),
    client_id: z.string().min(1),
    scope: z.string().default(''),
    jti: z.string().min(1),
    iat: z.number(),
    exp: z.number(),
    cnf: z.strictObject({ jkt: z.string().length(43) }).optional(),
  })
  .refine(({ sub, client_id }) => sub === client_id);

type Needs = {
  issuer: string;
  audience: string;
  /** @throws where this instance does not know which keys hold. */
  currentRing(): KeyRing;
  clock: Clock;
};

export function createAccessTokens({ issuer, audience, currentRing, clock }: Needs) {
  let known: { epoch: number; keys: ReturnType<typeof createLocalJWKSet> } | undefined;

  /** What is published and nothing else: a revoked key is not in it, and an archived one has no living token. */
  function keysOf({ epoch, algorithms }: KeyRing) {
    if (known?.epoch !== epoch) {
      const published = algorithms.flatMap((ring) => ring.published);
      const keys = published.map(({ publicJwk }) => ({ ...onlyPublic(publicJwk), kty: String(publicJwk.kty) }));
      known = { epoch, keys: createLocalJWKSet({ keys }) };
    }
    return known.keys;
  }

  return {
    /** @throws Problem token-invalid */
    async verify(token: string): Promise<AccessToken> {
      const keys = keysOf(currentRing());
      const verified = await jwtVerify(token, keys, {
        issuer,
        audience,
        typ: 'at+jwt',
        algorithms: ['ES256'],
        requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
        currentDate: new Date(clock.now()),
      }).catch((cause) => {
        throw new Problem('token-invalid', { cause });
      });
      const claims = shape.safeParse(verified.payload);
      // Without its `kid` a token would be tried with whichever key fits.
      if (!claims.success || verified.protectedHeader.kid === undefined) throw new Problem('token-invalid');
      const { client_id: clientId, scope, cnf } = claims.data;
      return { clientId, scopes: scope.split(' ').filter((name) => name !== ''), boundTo: cnf?.jkt };
    },
  };
}
