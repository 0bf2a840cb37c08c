import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';

/** What another university says of somebody, checked by its own signature. */
type SaidElsewhere = Readonly<Record<string, unknown>>;

const TIMEOUT = 5000;

/**
 * Reads the aggregated claims of userinfo (OpenID Connect Core 1.0 section 5.6.2). Each JWT must be signed by the
 * university that we know and still be good; anything else is as if it had not been said.
 */
export function createReadSaidElsewhere({ other, now }: { other: string | undefined; now: () => number }) {
  let keys: JWTVerifyGetKey | undefined;

  return async (userinfo: Readonly<Record<string, unknown>>): Promise<SaidElsewhere> => {
    if (other === undefined) return {};
    keys ??= createRemoteJWKSet(new URL(`${other}/jwks`), { timeoutDuration: TIMEOUT });
    const known = keys;
    const names = Object.entries(membersOf(userinfo._claim_names));
    const sources = membersOf(userinfo._claim_sources);
    const said = await Promise.all(
      names.map(async ([claim, source]) => {
        const jwt = membersOf(sources[String(source)]).JWT;
        const verified = await jwtVerify(String(jwt), known, {
          ...{ issuer: other, algorithms: ['ES256'], typ: 'claims-source-statement+jwt' },
          currentDate: new Date(now()),
        }).catch(() => undefined);
        return verified === undefined ? [] : [[claim, verified.payload[claim]] as const];
      }),
    );
    return Object.fromEntries(said.flat());
  };
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
