import { lookup as systemLookup } from 'node:dns';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Agent, request } from 'undici';
import { SECOND } from '#platform/durations.ts';
import { guardedLookup, type LookupAll } from './guarded-lookup.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

export type OutboundReason =
  | 'not-a-url'
  | 'not-https'
  | 'user-info'
  | 'port'
  | 'address-not-public'
  | 'name-not-found'
  | 'redirect'
  | 'encoded'
  | 'too-large'
  | 'timeout'
  | 'connection-failed';

/** The call was not made, or its answer was not taken. Carries the host at most: no path, query, header or body. */
export class OutboundRefused extends Error {
  readonly reason: OutboundReason;
  constructor(reason: OutboundReason, about: { host: string; cause?: unknown }) {
    super(`an outgoing call to "${about.host}" was refused: ${reason}`, { cause: about.cause });
    this.reason = reason;
  }
}

/** As much of fetch as oidc-provider and we use. @throws OutboundRefused */
export type OutboundFetch = (url: string | URL, options?: OutboundOptions) => Promise<Response>;

type OutboundOptions = {
  method?: string | undefined;
  headers?: Headers | Record<string, string> | undefined;
  body?: string | URLSearchParams | undefined;
  signal?: AbortSignal | null | undefined;
};

/** How names are found and servers believed; tests of rebinding and certificates have their own. */
export type OutboundWays = { lookup?: LookupAll; ca?: string };

type Needs = OutboundWays & {
  /** Development alone: lets http and https reach this machine (127.0.0.0/8, ::1), and still no other private address. */
  allowPrivateAddresses: boolean;
  /** For the whole call, from the name's resolution to the last byte. */
  timeoutMs?: number;
  maxBytes?: number;
  /** For a browser of ours: cookies are carried, and a redirect is handed back as the answer. It is never followed here. */
  isBrowser?: boolean;
};

/** Half of what a citizen waits before giving up on a page. */
const TIMEOUT = 3 * SECOND;
/** A key set of 50 RSA keys with certificates fits. */
const MAX_BYTES = 64 * 1024;
/** Below these only well-known services listen that no relying party has to do with: mail, shells, directories. */
const FIRST_FREE_PORT = 1024;

/**
 * The only way out. Relying parties choose the addresses (jwks_uri, backchannel_logout_uri), so each is treated as an
 * attempt to reach something inside: https, public addresses alone, resolved once and connected to as resolved,
 * no redirects, small and quick. It keeps no cookies and knows no proxy.
 */
export function createOutboundFetch({
  allowPrivateAddresses,
  timeoutMs = TIMEOUT,
  maxBytes = MAX_BYTES,
  isBrowser = false,
  lookup,
  ca,
}: Needs): OutboundFetch & { close(): Promise<void> } {
  const mayReach = (address: string) =>
    isPublicAddress(address) || (allowPrivateAddresses && isLoopbackAddress(address));
  const agent = new Agent({
    connect: {
      lookup: guardedLookup({ lookup: lookup ?? resolveAll, mayReach }),
      timeout: timeoutMs,
      ...(ca === undefined ? {} : { ca }),
    },
    maxHeaderSize: 16 * 1024,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxBytes,
    // A connection that is kept is also an address that is kept: short, so that a changed name is noticed.
    keepAliveTimeout: 4 * SECOND,
    keepAliveMaxTimeout: 10 * SECOND,
    pipelining: 1,
  });

  const fetchGuarded: OutboundFetch = (address, options = {}) =>
    inSpan(address, options, () => call(checkAddress(address), options));
  return Object.assign(fetchGuarded, { close: () => agent.destroy() });

  function checkAddress(address: string | URL): URL {
    const url = URL.parse(String(address));
    if (url === null) throw new OutboundRefused('not-a-url', { host: '' });
    const refuse = (reason: OutboundReason) => new OutboundRefused(reason, { host: url.hostname });
    const isLoopbackName = url.hostname === 'localhost' || isLoopbackAddress(literalOf(url));
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowPrivateAddresses && isLoopbackName))
      throw refuse('not-https');
    if (url.username !== '' || url.password !== '') throw refuse('user-info');
    if (url.port !== '' && Number(url.port) < FIRST_FREE_PORT) throw refuse('port');
    // No name is looked up for an address, so the guard on the lookup never sees it.
    if (isLiteral(url) && !mayReach(literalOf(url))) throw refuse('address-not-public');
    return url;
  }

  async function call(url: URL, options: OutboundOptions): Promise<Response> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method: (options.method ?? 'GET').toUpperCase() === 'POST' ? 'POST' : 'GET',
        headers: headersOf(options, { isBrowser }),
        body: options.body === undefined ? null : String(options.body),
        signal,
      });
      const headers = new Headers(
        Object.entries(answer.headers).flatMap(([name, value]) =>
          [value ?? []].flat().map((one): [string, string] => [name, one]),
        ),
      );
      const refusal = refusalOf(answer.statusCode, { headers, isBrowser });
      if (refusal !== undefined) {
        answer.body.on('error', () => undefined).destroy();
        throw new OutboundRefused(refusal, { host: url.hostname });
      }
      const body = await readAtMost(answer.body, { maxBytes, host: url.hostname });
      const mayHaveBody = answer.statusCode !== 204 && answer.statusCode !== 205;
      return new Response(mayHaveBody ? body : null, { status: answer.statusCode, headers });
    } catch (cause) {
      throw asRefusal(cause, { url, timedOut: signal.aborted });
    }
  }
}

const resolveAll: LookupAll = (hostname, callback) => systemLookup(hostname, { all: true, verbatim: true }, callback);

function isLiteral({ hostname }: URL): boolean {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
}

function literalOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Identity alone: a small compressed body can unfold into a huge one. */
function headersOf(options: OutboundOptions, { isBrowser }: { isBrowser: boolean }): Record<string, string> {
  const headers = new Headers(options.headers);
  if (options.body instanceof URLSearchParams && !headers.has('content-type'))
    headers.set('content-type', 'application/x-www-form-urlencoded');
  headers.set('accept-encoding', 'identity');
  if (!isBrowser) headers.delete('cookie');
  headers.delete('host');
  if (!headers.get('user-agent')) headers.delete('user-agent');
  return Object.fromEntries(headers);
}

function refusalOf(
  status: number,
  { headers, isBrowser }: { headers: Headers; isBrowser: boolean },
): OutboundReason | undefined {
  if (status >= 300 && status < 400 && !isBrowser) return 'redirect';
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') return 'encoded';
  return undefined;
}

async function readAtMost(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, host }: { maxBytes: number; host: string },
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new OutboundRefused('too-large', { host });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function asRefusal(cause: unknown, { url, timedOut }: { url: URL; timedOut: boolean }): OutboundRefused {
  if (cause instanceof OutboundRefused) return cause;
  const about = { host: url.hostname, cause };
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return new OutboundRefused('too-large', about);
  if (timedOut || code.endsWith('_TIMEOUT')) return new OutboundRefused('timeout', about);
  if (code === 'ERR_ADDRESS_NOT_PUBLIC') return new OutboundRefused('address-not-public', about);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new OutboundRefused('name-not-found', about);
  return new OutboundRefused('connection-failed', about);
}

/** The host alone goes into a trace; the rest of an address may carry something private. */
function inSpan(address: string | URL, options: OutboundOptions, make: () => Promise<Response>): Promise<Response> {
  const attributes = {
    'http.request.method': options.method ?? 'GET',
    'server.address': URL.parse(String(address))?.hostname ?? '',
  };
  return trace
    .getTracer('panjereh')
    .startActiveSpan('outbound call', { kind: SpanKind.CLIENT, attributes }, async (span) => {
      try {
        const response = await make();
        span.setAttribute('http.response.status_code', response.status);
        return response;
      } catch (error) {
        span.setAttribute('error.type', error instanceof OutboundRefused ? error.reason : 'unknown');
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
}
