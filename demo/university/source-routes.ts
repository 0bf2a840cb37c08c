import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Context } from 'koa';
import { readBody } from '../web/body.ts';
import type { University } from './university.ts';

/** As long as a registrar answers for what it says: a day. */
const GOOD_FOR_SECONDS = 24 * 60 * 60;
const CLOCK_TOLERANCE_SECONDS = 60;

/** We are a source of claims, too: docs/openapi/claims-source.yaml. Who may ask is the provider alone, about whom its token names. */
export function createSourceRoutes(university: University) {
  const { settings, clientKey, students, own } = university;
  const endpoint = `${settings.url}/claims-source`;

  const sign = (payload: JWTPayload, typ: string) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: clientKey.kid, typ }).sign(clientKey.privateKey);

  async function subjectOf(ctx: Context): Promise<string | undefined> {
    const provider = await university.findProvider();
    const token = /^Bearer (\S+)$/.exec(ctx.get('authorization'))?.[1];
    if (provider === undefined || token === undefined) return undefined;
    const { payload } = await jwtVerify(token, provider.keys, {
      ...{ issuer: settings.issuer, audience: endpoint, typ: 'at+jwt', algorithms: ['ES256'] },
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(own.now()),
    });
    return payload.scope === 'claims-source' ? payload.sub : undefined;
  }

  return {
    async say(ctx: Context): Promise<void> {
      const sub = await subjectOf(ctx).catch(() => undefined);
      if (sub === undefined) return refuse(ctx, { status: 401, error: 'no token of the provider for this endpoint' });
      const question = readQuestion(await readBody(ctx.req));
      if (question === undefined) return refuse(ctx, { status: 400, error: 'claims and a nonce are expected' });
      const known = Object.entries(students.find(sub)?.claims ?? {});
      const said = known.filter(([name]) => question.claims.includes(name));
      if (said.length === 0) return refuse(ctx, { status: 404, error: 'nobody is known by this subject' });
      const iat = Math.floor(own.now() / 1000);
      const common = { iss: settings.url, iat, exp: iat + GOOD_FOR_SECONDS };
      const statements = await Promise.all(
        said.map(async ([name, value]) => [
          name,
          await sign({ ...common, [name]: value }, 'claims-source-statement+jwt'),
        ]),
      );
      const answer = {
        ...{ ...common, sub, aud: settings.issuer, nonce: question.nonce },
        ...{ claims: Object.fromEntries(said), statements: Object.fromEntries(statements) },
      };
      university.log('asked what we know of a student');
      ctx.body = { answer: await sign(answer, 'claims-source-answer+jwt') };
    },
  };
}

function readQuestion(text: string | undefined): { claims: string[]; nonce: string } | undefined {
  try {
    const body: unknown = JSON.parse(text ?? '');
    if (typeof body !== 'object' || body === null || !('claims' in body) || !('nonce' in body)) return undefined;
    const { claims, nonce } = body;
    const isRight = Array.isArray(claims) && claims.every((claim) => typeof claim === 'string');
    return isRight && typeof nonce === 'string' ? { claims, nonce } : undefined;
  } catch {
    return undefined;
  }
}

function refuse(ctx: Context, { status, error }: { status: number; error: string }): void {
  if (status === 401) ctx.set('WWW-Authenticate', 'Bearer');
  ctx.status = status;
  ctx.body = { error };
}
