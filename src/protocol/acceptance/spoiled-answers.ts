import type { Context } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Clock } from '#platform/clock.ts';
import type { SeenAuthorization } from '#relying-parties/acceptance/acceptance-issuer.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { claimsFor } from '../claims.ts';
import { demandsOf } from '../demands.ts';
import { readCallback, spoilCallback } from './callback-spoils.ts';
import { type Claims, readToken, type Surroundings, sign, spoilIdToken } from './id-token-spoils.ts';
import { type AcceptanceRing, keysOf, secondKey, signingKey } from './key-ring.ts';
import { presentedSecret } from './presented-secret.ts';
import type { Run, Runs } from './runs.ts';
import { somebodyElseThan } from './synthetic-citizens.ts';

type Needs = {
  issuer: string;
  relyingParty: RelyingParty;
  ring: AcceptanceRing;
  runs: Runs;
  /** The run that the request belongs to, as it was when the request came. */
  runOf(request: object): Run | undefined;
  subjectOf(citizenId: string): string;
  /** Of a client that signs with it instead of showing it. */
  signingSecret(): string | undefined;
  clock: Clock;
};

/**
 * The layer around the library that notes what a relying party asks and spoils what it is answered, one thing at a time.
 * The library itself always answers honestly.
 */
export function spoilAnswers(provider: Provider, needs: Needs): void {
  const { runs, runOf } = needs;
  provider.use(async (ctx, next) => {
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    const run = runOf(ctx.req);
    if (run?.turn === undefined || oidc === undefined) return;
    switch (oidc.route) {
      case 'authorization':
        await runs.note(run, { kind: 'authorization', authorization: seenOf(oidc, needs.relyingParty) });
        return answerCallback(ctx, run);
      case 'resume':
        return answerCallback(ctx, run);
      case 'token':
        return answerToken(ctx as KoaContextWithOIDC, run, needs);
      case 'userinfo':
        return answerUserinfo(ctx as KoaContextWithOIDC, run, needs);
    }
  });
}

function seenOf({ params }: KoaContextWithOIDC['oidc'], { metadata, agreement }: RelyingParty): SeenAuthorization {
  const text = (name: string) => (typeof params?.[name] === 'string' ? params[name] : undefined);
  const registered = metadata.default_acr_values?.join(' ');
  // What cannot be read was refused by the library, and is noted as it came.
  const claims = isJson(text('claims')) ? text('claims') : undefined;
  return {
    redirectUri: text('redirect_uri') ?? '',
    hadState: text('state') !== undefined,
    hadNonce: text('nonce') !== undefined,
    codeChallengeMethod: text('code_challenge') === undefined ? undefined : (text('code_challenge_method') ?? 'plain'),
    acrValues: demandsOf({ acrValues: text('acr_values') ?? registered, claims }, { agreement }).wanted,
  };
}

function answerCallback(ctx: Context, { spoil }: Run): void {
  const callback = readCallback(ctx);
  if (callback === undefined || spoil === undefined) return;
  spoilCallback(callback.parameters, spoil);
  callback.send();
}

async function answerToken(ctx: KoaContextWithOIDC, run: Run, needs: Needs): Promise<void> {
  const body = objectIn(ctx.body);
  if (body === undefined || ctx.status !== 200) return needs.runs.note(run, { kind: 'token-refusal' });
  if (typeof body.id_token !== 'string') return;
  const { header, claims } = readToken(body.id_token);
  await needs.runs.note(run, { kind: 'token-request', hadAtHash: claims.at_hash !== undefined });
  await needs.runs.remember(run, { signIn: { citizenId: ctx.oidc.account?.accountId ?? '', claims } });
  if (run.spoil === undefined) return;
  const { authorizations } = await needs.runs.seen(run.clientId);
  const about = surroundings(
    { ctx, run, alg: String(header.alg), askedAcr: authorizations.at(-1)?.acrValues ?? [] },
    needs,
  );
  ctx.body = { ...body, id_token: await spoilIdToken(body.id_token, run.spoil, about) };
}

type Answered = { ctx: KoaContextWithOIDC; run: Run; alg: string; askedAcr: readonly string[] };

function surroundings(
  { ctx, run, alg, askedAcr }: Answered,
  { issuer, ring, signingSecret, clock }: Needs,
): Surroundings {
  const keys = keysOf(ring, alg);
  return {
    issuer,
    clientId: run.clientId,
    key: signingKey(keys),
    secondKey: secondKey(keys, { keySetReadAt: run.keySetReadAt, now: clock.now() }),
    foreignKey: keys.foreign,
    foreignKeySetUri: `${issuer}${FOREIGN_KEY_SET_PATH}`,
    clientSecret: presentedSecret(ctx) ?? signingSecret(),
    askedAcr,
  };
}

/** Where the attacker's keys lie, for those who follow a `jku`. */
export const FOREIGN_KEY_SET_PATH = '/foreign-jwks';

async function answerUserinfo(ctx: KoaContextWithOIDC, run: Run, needs: Needs): Promise<void> {
  if (ctx.status !== 200) return;
  await needs.runs.note(run, { kind: 'userinfo-request' });
  if (run.spoil !== 'userinfo-subject') return;
  const other = ofSomebodyElse(ctx.oidc.account?.accountId ?? '', needs);
  const body = objectIn(ctx.body);
  if (body !== undefined) {
    ctx.body = other(body);
    return;
  }
  const { header, claims } = readToken(String(ctx.body));
  ctx.body = await sign(other(claims), header, signingKey(keysOf(needs.ring, String(header.alg))));
}

/** The same claims of another citizen: what a relying party would take over that looks at them alone. */
function ofSomebodyElse(citizenId: string, { relyingParty, subjectOf, clock }: Needs): (claims: Claims) => Claims {
  const other = somebodyElseThan(citizenId);
  const theirs: Claims = { ...claimsFor(other, relyingParty.agreement, clock.now()), sub: subjectOf(other.id) };
  return (claims) =>
    Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, name in theirs ? theirs[name] : value]));
}

function objectIn(body: unknown): Claims | undefined {
  return typeof body === 'object' && body !== null && !Buffer.isBuffer(body) ? { ...body } : undefined;
}

function isJson(text: string | undefined): boolean {
  try {
    JSON.parse(text ?? '');
    return true;
  } catch {
    return false;
  }
}
