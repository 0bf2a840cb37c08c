import type { TestProvider } from './provider.ts';
import { SECRET } from './relying-party.ts';

/** A service of an organisation that calls our API, with nothing but fetch, as a script with curl would. */
export type ApiService = {
  clientId: string;
  organisationId: string;
  /** A new token; all scopes of the agreement without a list. */
  token(scopes?: readonly string[]): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<ApiReply>;
};

type CallOptions = {
  body?: unknown;
  headers?: Record<string, string>;
  /** Instead of one with all scopes. */
  token?: string;
};

export type ApiReply = {
  method: string;
  path: string;
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
};

const ALL_API_SCOPES = [
  'api:organisation:read',
  'api:organisation:write',
  'api:relying-parties:read',
  'api:relying-parties:write',
  'api:agreements:propose',
  'api:acceptance:run',
  'api:health:read',
];

type Wanted = {
  clientId: string;
  scopes?: readonly string[];
  metadata?: Record<string, unknown>;
  /** Looks at every answer, such as whether it fits the document. */
  onReply?(reply: ApiReply): void;
};

export async function createApiService(
  provider: TestProvider,
  { clientId, scopes = ALL_API_SCOPES, metadata = {}, onReply }: Wanted,
): Promise<ApiService> {
  await provider.register({
    clientId,
    clientSecret: SECRET,
    agreement: { claims: [], scopes: ['openid', ...scopes] },
    metadata: {
      redirect_uris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
      ...metadata,
    },
  });
  let kept: string | undefined;

  async function token(asked = scopes): Promise<string> {
    const reply = await askForToken(provider.issuer, { clientId, scopes: asked });
    if (typeof reply.access_token !== 'string') throw new Error(`no token for ${clientId}: ${JSON.stringify(reply)}`);
    return reply.access_token;
  }

  return {
    clientId,
    organisationId: clientId,
    token,
    async call(method, path, { body, headers = {}, token: given } = {}) {
      kept ??= await token();
      const reply = await callApi(provider.issuer, {
        method,
        path,
        headers: { authorization: `Bearer ${given ?? kept}`, ...headers },
        body,
      });
      onReply?.(reply);
      return reply;
    },
  };
}

/** The answer of the token endpoint, whatever it is. */
export async function askForToken(
  issuer: string,
  {
    clientId,
    scopes,
    headers = {},
    resource = `${issuer}/api`,
  }: { clientId: string; scopes: readonly string[]; headers?: Record<string, string>; resource?: string },
): Promise<Record<string, unknown>> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${SECRET}`).toString('base64')}`, ...headers },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope: scopes.join(' ') }),
  });
  return Object(await response.json());
}

/** A call as it is written, with nothing added but the type of a body that is JSON. */
export async function callApi(
  issuer: string,
  {
    method = 'GET',
    path,
    headers = {},
    body,
  }: { method?: string; path: string; headers?: Record<string, string>; body?: unknown },
): Promise<ApiReply> {
  const all = new Headers(headers);
  if (body !== undefined && !all.has('content-type')) all.set('content-type', 'application/json');
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const response = await fetch(`${issuer}/api${path}`, {
    method,
    headers: all,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { method, path, status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} };
}

export const memberOf = (reply: ApiReply, ...path: string[]): unknown =>
  path.reduce<unknown>((value, part) => Object(value)[part], reply.body);

export const textOf = (reply: ApiReply, ...path: string[]): string => String(memberOf(reply, ...path));
