import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { DISCOVERY_PATHS } from './configuration.ts';

/** Relying parties read the document at their start; five minutes spare us those that read it at every sign-in. */
const MAX_AGE_SECONDS = 300;

/**
 * The discovery document changes only with the provider instance, so the library renders it once and everybody else
 * gets that buffer (OpenID Connect Discovery 1.0 section 4).
 */
export function prepareDiscovery(provider: Provider) {
  let prepared: { body: Buffer; etag: string } | undefined;

  provider.use(async (ctx, next) => {
    await next();
    if (!isDiscovery(ctx.path) || ctx.status !== 200 || typeof ctx.body !== 'object') return;
    const body = Buffer.from(JSON.stringify(ctx.body));
    prepared = { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
    ctx.set('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
    ctx.set('ETag', prepared.etag);
  });

  /** False: not a request for the document, or nobody has asked this instance before. */
  return function answer(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    if (prepared === undefined || !isDiscovery(path) || (request.method !== 'GET' && request.method !== 'HEAD'))
      return false;
    const { body, etag } = prepared;
    const isKnown = request.headers['if-none-match']?.includes(etag) === true;
    response.writeHead(isKnown ? 304 : 200, {
      'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}`,
      ETag: etag,
      'Access-Control-Allow-Origin': '*',
      ...(isKnown ? {} : { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length }),
    });
    response.end(isKnown || request.method === 'HEAD' ? undefined : body);
    return true;
  };
}

function isDiscovery(path: string): boolean {
  return DISCOVERY_PATHS.some((known) => known === path);
}
