import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Clock } from '#platform/clock.ts';
import type { TestProvider } from './provider.ts';

/** A university of the tests that is asked what it knows, and can be made to answer wrongly in any way. */
export type TestSource = {
  clientId: string;
  issuer: string;
  endpoint: string;
  jwksUri: string;
  /** What it says of whom, by their subject there. */
  students: Map<string, Record<string, unknown>>;
  /** The verified access tokens and the questions of every call, oldest first. */
  asked: { token: JWTPayload; body: { claims: string[]; nonce: string } }[];
  /** Changes the next answers, until it is set back to undefined. */
  spoil: Spoil | undefined;
  close(): void;
};

export type Spoil = {
  /** Instead of any answer of ours. */
  raw?: (jwt: string) => Raw | Promise<Raw>;
  payload?: (payload: JWTPayload) => JWTPayload;
  statement?: (payload: JWTPayload) => JWTPayload;
  header?: Record<string, unknown>;
  /** Signed by a key that nobody published, under the name of the right one. */
  isForged?: boolean;
  goodForSeconds?: number;
};

type Raw = { status: number; body: string; headers?: Record<string, string> };

const KID = 'source-key';

export async function startClaimsSource(
  provider: TestProvider,
  { clientId, clock }: { clientId: string; clock: Clock },
) {
  const keys = await generateKeyPair('ES256', { extractable: true });
  const forged = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: KID, alg: 'ES256', use: 'sig' };
  const seconds = () => Math.floor(clock.now() / 1000);
  const sign = (payload: JWTPayload, typ: string) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: KID, typ, ...source.spoil?.header })
      .sign(source.spoil?.isForged === true ? forged.privateKey : keys.privateKey);

  const server = createServer(async (request, response) => {
    const send = (status: number, body: string, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    if (request.url === '/jwks') return send(200, JSON.stringify({ keys: [jwk] }));
    const body = JSON.parse(await textOf(request));
    const jwks = (await (await fetch(`${provider.issuer}/jwks`)).json()) as JSONWebKeySet;
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
      ...{ issuer: provider.issuer, audience: source.endpoint, typ: 'at+jwt', algorithms: ['ES256'] },
      currentDate: new Date(clock.now()),
    });
    source.asked.push({ token: payload, body });
    const claims = source.students.get(payload.sub ?? '');
    if (claims === undefined) return send(404, '{"error":"not known"}');
    const { spoil } = source;
    const common = { iss: source.issuer, iat: seconds(), exp: seconds() + (spoil?.goodForSeconds ?? 3600) };
    const statements = Object.fromEntries(
      await Promise.all(
        Object.entries(claims).map(async ([name, value]) => {
          const single = { ...common, [name]: value };
          return [name, await sign(spoil?.statement?.(single) ?? single, 'claims-source-statement+jwt')] as const;
        }),
      ),
    );
    const answer = { ...common, sub: payload.sub, aud: provider.issuer, nonce: body.nonce, claims, statements };
    const jwt = await sign(
      spoil?.payload?.(answer as JWTPayload) ?? (answer as JWTPayload),
      'claims-source-answer+jwt',
    );
    const raw = await spoil?.raw?.(jwt);
    return raw === undefined ? send(200, JSON.stringify({ answer: jwt })) : send(raw.status, raw.body, raw.headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const source: TestSource = {
    ...{ clientId, issuer, endpoint: `${issuer}/claims-source`, jwksUri: `${issuer}/jwks` },
    ...{ students: new Map(), asked: [], spoil: undefined },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return source;
}

/** As a relying party that can be asked. */
export async function connectSource(
  provider: TestProvider,
  source: TestSource,
  claims = ['student_status', 'degree', 'field', 'entry_year'],
): Promise<void> {
  const { clientId, issuer, endpoint, jwksUri } = source;
  const saved = await provider.services.claimsSources.save(
    { clientId, issuer, endpoint, jwksUri, claims, alg: 'ES256', state: 'active' },
    { by: 'tests' },
  );
  if (saved.outcome !== 'saved') throw new Error(`the test's source is refused: ${JSON.stringify(saved)}`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
