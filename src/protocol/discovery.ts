import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { createDocument, type Document, sendDocument } from '#platform/http/document.ts';
import { DISCOVERY_PATHS } from './configuration.ts';

/** Relying parties read the document at their start; five minutes spare us those that read it at every sign-in. */
const CACHE_CONTROL = 'public, max-age=300';

/** To relying parties; our own pages use another one ([own-client.ts](own-client.ts)). */
const OFFERED_RESPONSE_TYPES = ['code'];

/**
 * The discovery document changes only with the provider instance, so the library renders it once and everybody else
 * gets that buffer (OpenID Connect Discovery 1.0 section 4).
 */
export function prepareDiscovery(provider: Provider) {
  let prepared: Document | undefined;

  provider.use(async (ctx, next) => {
    await next();
    if (!isDiscovery(ctx.path) || ctx.status !== 200 || typeof ctx.body !== 'object') return;
    prepared = createDocument({ ...ctx.body, response_types_supported: OFFERED_RESPONSE_TYPES });
    ctx.body = prepared.body;
    ctx.type = 'json';
    ctx.set('Cache-Control', CACHE_CONTROL);
    ctx.set('ETag', prepared.etag);
  });

  /** False: not a request for the document, or nobody has asked this instance before. */
  return function answer(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    if (prepared === undefined || !isDiscovery(path) || (request.method !== 'GET' && request.method !== 'HEAD'))
      return false;
    sendDocument({ request, response }, prepared, {
      type: 'application/json; charset=utf-8',
      cacheControl: CACHE_CONTROL,
    });
    return true;
  };
}

function isDiscovery(path: string): boolean {
  return DISCOVERY_PATHS.some((known) => known === path);
}
