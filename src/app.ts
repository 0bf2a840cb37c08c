import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createHealth } from '#platform/http/health.ts';
import { observeRequests } from '#platform/http/request-log.ts';
import { setSecurityHeaders } from '#platform/http/security-headers.ts';
import { ACCEPTANCE_PATH } from '#protocol/acceptance/create-acceptance-issuers.ts';
import { DISCOVERY_PATHS, PROTOCOL_PATHS } from '#protocol/configuration.ts';
import { createFence } from '#protocol/fence.ts';
import { API_PATH } from './api/api-resource.ts';
import { RESOURCE_METADATA_PATH } from './api/resource-metadata.ts';
import { createPagesApp } from './app/pages.ts';
import type { Services } from './services.ts';

/** Each path belongs to one room; the first line that matches answers. */
type Room = {
  name: string;
  owns(path: string): boolean;
  answer(request: IncomingMessage, response: ServerResponse, path: string): void;
};

export type App = { server: Server; metricsServer: Server; setDraining(): void };

export function createApp(services: Services): App {
  const { settings, log, metrics, provider, signingKeys, staticFiles } = services;
  const isSecure = settings.issuer.startsWith('https://');
  const health = createHealth({
    checks: {
      database: services.pingDatabase,
      state: services.state.ping,
      'signing-keys': async () => void signingKeys.current(),
    },
  });
  const pages = createPagesApp(services);
  const fence = createFence({ signingKeys, changeFeed: services.changeFeed });

  const rooms: readonly Room[] = [
    { name: 'healthz', owns: is('/healthz'), answer: health.answerAlive },
    { name: 'readyz', owns: is('/readyz'), answer: health.answerReady },
    {
      name: 'assets',
      owns: under('/assets'),
      answer: (_request, response, path) => void (staticFiles.send(path, response) || notFound(response)),
    },
    // Browsers ask for it by themselves where a page names no icon, such as beside an answer that is not a page.
    {
      name: 'icon',
      owns: is('/favicon.ico'),
      answer: (_request, response) => void staticFiles.send(staticFiles.href('icon.svg'), response),
    },
    {
      name: 'jwks',
      // `/jwks/<client id>` is the same set: who fetches it tells which relying party has seen which keys.
      owns: under('/jwks'),
      answer: fence.unlessKeysAreOld((request, response) =>
        services.answerJwks(signingKeys.current(), request, response),
      ),
    },
    room(ACCEPTANCE_PATH, services.acceptance.issuers.handle),
    // Who is suspended is out of the API everywhere within 5 s, like everywhere else.
    room(API_PATH, fence.unlessBehind(services.api.answer)),
    { name: 'api-metadata', owns: is(RESOURCE_METADATA_PATH), answer: services.api.answer },
    // Signing out gives nothing away, and must be possible whatever else is away.
    room(PROTOCOL_PATHS.end_session, provider.handle),
    ...DISCOVERY_PATHS.map((path) => room(path, fence.unlessKeysAreOld(provider.handle))),
    ...Object.values(PROTOCOL_PATHS).map((path) => room(path, fence.unlessBehind(provider.handle))),
    { name: 'pages', owns: () => true, answer: pages },
  ];

  const observe = observeRequests({ log, metrics });
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 75_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      const path = toPath(request);
      const room = rooms.find(({ owns }) => owns(path));
      observe(request, response, room?.name ?? 'none');
      setSecurityHeaders(response, { isSecure });
      if (health.isDraining()) response.setHeader('Connection', 'close');
      room?.answer(request, response, path);
    },
  );
  const metricsServer = createServer(async (_request, response) => {
    const { type, body } = await metrics.text();
    response.writeHead(200, { 'Content-Type': type }).end(body);
  });
  return { server, metricsServer, setDraining: health.setDraining };
}

/**
 * The path alone, whatever form the request target has (RFC 9112 section 3.2): an absolute target would otherwise
 * name another host in links.
 */
function toPath(request: IncomingMessage): string {
  const target = request.url ?? '/';
  const isPath = target.startsWith('/') && !target.startsWith('//');
  if (!isPath) {
    const url = URL.parse(target, 'http://localhost');
    request.url = url === null ? '/' : `${url.pathname.replace(/^\/+/, '/')}${url.search}`;
  }
  const end = request.url?.indexOf('?') ?? -1;
  return (end < 0 ? request.url : request.url?.slice(0, end)) ?? '/';
}

/** A path with all that lies under it. */
function room(path: string, answer: Room['answer']): Room {
  return { name: path, owns: under(path), answer };
}

function is(owned: string): Room['owns'] {
  return (path) => path === owned;
}

function under(owned: string): Room['owns'] {
  return (path) => path === owned || path.startsWith(`${owned}/`);
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
}
