import { CompactSign } from 'jose';
import type { Clock } from '#platform/clock.ts';
import { inSeconds } from '#platform/durations.ts';
import { randomToken } from '#platform/ids.ts';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import { LIFETIMES } from './lifetimes.ts';
import { OWN_CLIENT_ID } from './own-client.ts';

/** What a source may do with it: answer about the citizen that it names. */
const SCOPE = 'claims-source';
/** Every relying party can verify it (docs/for-sources.md), and the ring always has it. */
const ALG = 'ES256';

type Needs = {
  issuer: string;
  signingKeys: Pick<SigningKeys, 'current' | 'checkMaySign'>;
  clock: Clock;
};

/**
 * An access token (RFC 9068) with which we ask a source about one citizen: for its endpoint alone, naming the citizen as
 * this organisation knows them, and for a moment. No client ever gets one.
 */
export function createSignSourceToken({ issuer, signingKeys, clock }: Needs) {
  return async ({ audience, subject }: { audience: string; subject: string }): Promise<string> => {
    const ring = signingKeys.current().algorithms.find(({ alg }) => alg === ALG) ?? signingKeys.current().algorithms[0];
    const { kid, alg, privateKey } = ring?.active ?? {};
    if (kid === undefined || alg === undefined || privateKey === undefined)
      throw new Error('no key of the ring can sign a token for a source');
    await signingKeys.checkMaySign(kid);
    const iat = inSeconds(clock.now());
    const claims = {
      iss: issuer,
      sub: subject,
      aud: audience,
      client_id: OWN_CLIENT_ID,
      scope: SCOPE,
      jti: randomToken(),
      iat,
      exp: iat + inSeconds(LIFETIMES.sourceToken),
    };
    return new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .sign(privateKey);
  };
}
