import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** Claims as a provider might send them: any member may be missing or of the wrong kind. */
export type Claims = Record<string, unknown>;

/** A small provider that answers as it is told to, honestly or not: what a relying party must stand up to. */
export type Spoils = {
  /** Changes the claims of the ID token before it is signed. */
  claims?: (claims: Claims) => Claims;
  /** Changes the compact ID token after it is signed. */
  token?: (token: string) => string;
  /** Signs with a key that is not published. */
  signsWithForeignKey?: boolean;
  userinfo?: Record<string, unknown>;
  /** Changes the parameters that the browser brings back. */
  callback?: (parameters: URLSearchParams) => void;
};

export type SpoilingProvider = Awaited<ReturnType<typeof startSpoilingProvider>>;

type SigningKey = { kid: string; privateKey: CryptoKey; publicJwk: JWK };

const ACCESS_TOKEN = 'access-token-of-this-sign-in';
export const CLIENT_ID = 'demo-university-one';
export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

export async function startSpoilingProvider({ now, port = 0 }: { now: () => number; port?: number }) {
  const foreignKey = await newSigningKey();
  let published = [await newSigningKey()];
  let spoils: Spoils = {};
  const nonces = new Map<string, string>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  const issuer = `http://localhost:${await listen(server, port)}`;
  const seconds = () => Math.floor(now() / 1000);

  async function idToken(nonce: string | undefined): Promise<string> {
    const claims: Claims = {
      iss: issuer,
      aud: CLIENT_ID,
      sub: 'subject-1',
      sid: 'sid-1',
      nonce,
      acr: 'urn:panjereh:aal:1',
      auth_time: seconds(),
      iat: seconds(),
      exp: seconds() + 300,
      at_hash: createHash('sha256').update(ACCESS_TOKEN).digest().subarray(0, 16).toString('base64url'),
    };
    const token = await sign(spoils.claims?.(claims) ?? claims, {
      key: spoils.signsWithForeignKey ? foreignKey : undefined,
    });
    return spoils.token?.(token) ?? token;
  }

  async function sign(
    claims: Claims,
    { key, typ }: { key?: SigningKey | undefined; typ?: string } = {},
  ): Promise<string> {
    const [first] = published;
    const by = key ?? first;
    if (by === undefined) throw new Error('no key');
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: by.kid, ...(typ && { typ }) })
      .sign(by.privateKey);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    const send = (body: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return send({
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          end_session_endpoint: `${issuer}/logout`,
          jwks_uri: `${issuer}/jwks`,
          authorization_response_iss_parameter_supported: true,
          id_token_signing_alg_values_supported: ['ES256'],
        });
      case '/jwks':
        return send({ keys: published.map(({ publicJwk }) => publicJwk) });
      case '/auth': {
        const code = randomUUID();
        nonces.set(code, url.searchParams.get('nonce') ?? '');
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        const parameters = new URLSearchParams({ code, state: url.searchParams.get('state') ?? '', iss: issuer });
        spoils.callback?.(parameters);
        back.search = parameters.toString();
        response.writeHead(303, { location: back.href }).end();
        return;
      }
      case '/token': {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(Buffer.from(chunk));
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        const id_token = await idToken(nonces.get(form.get('code') ?? ''));
        return send({ access_token: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 300, id_token });
      }
      case '/userinfo':
        return send(spoils.userinfo ?? { sub: 'subject-1', given_name: 'نیلوفر', family_name: 'رستگار' });
      default:
        response.writeHead(404).end();
    }
  }

  return {
    issuer,
    foreignKey,
    sign,
    idToken,
    spoil(next: Spoils): void {
      spoils = next;
    },
    /** A new key signs from now on; the old one stays published. */
    async rotate(): Promise<void> {
      published = [await newSigningKey(), ...published];
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function newSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const kid = randomUUID();
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

export async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
