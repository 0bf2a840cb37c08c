import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Koa from 'koa';
import { createHealth } from '#platform/http/health.ts';
import { observeRequests } from '#platform/http/request-log.ts';
import { setSecurityHeaders } from '#platform/http/security-headers.ts';
import { DISCOVERY_PATHS, PROTOCOL_PATHS } from '#protocol/configuration.ts';
import { showRefusals } from '#protocol/refusal-pages.ts';
import { accountRoutes } from './account/routes.ts';
import type { Services } from './services.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { windowRoutes } from './window/routes.ts';

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
  const protocol = [...Object.values(PROTOCOL_PATHS), ...DISCOVERY_PATHS];

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
      answer: unlessFenced((request, response) => services.answerJwks(signingKeys.current(), request, response)),
    },
    ...protocol.map((path): Room => ({ name: path, owns: under(path), answer: unlessFenced(provider.handle) })),
    { name: 'pages', owns: () => true, answer: pages },
  ];

  /** An instance that cannot know whether its keys still count signs nothing (503, and another instance answers). */
  function unlessFenced(answer: Room['answer']): Room['answer'] {
    return (request, response, path) => {
      try {
        signingKeys.current();
      } catch {
        response.writeHead(503, { 'Retry-After': '5', 'Content-Type': 'application/json' });
        response.end('{"error":"temporarily_unavailable"}');
        return;
      }
      answer(request, response, path);
    };
  }

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

function createPagesApp(services: Services): Room['answer'] {
  const { settings, log, frames, csrf, audit, interactions, consents, people, registry, clientAddress } = services;
  const koa = new Koa();
  // Behind a TLS proxy the connection to us is plain; whether cookies are Secure is decided by the issuer's scheme.
  koa.use((ctx, next) => {
    ctx.cookies.secure = settings.issuer.startsWith('https://');
    return next();
  });
  koa.use(showRefusals({ frames, log }));
  const rooms = [
    accountRoutes({
      frames,
      csrf,
      audit,
      sessions: services.sessions,
      findCurrentSession: services.findCurrentSession,
      findRelyingParty: registry.findRelyingParty,
    }),
    signInRoutes({
      issuer: settings.issuer,
      interactions,
      consents,
      frames,
      csrf,
      audit,
      authenticate: people.authenticate,
      findRelyingParty: registry.findRelyingParty,
      clientAddress,
    }),
    windowRoutes({
      issuer: settings.issuer,
      frames,
      relyingParties: registry.relyingParties,
      organisations: registry.organisations,
    }),
  ];
  for (const room of rooms) koa.use(room.routes());
  koa.on('error', (error) => log.error({ err: error }, 'a page failed'));
  return koa.callback();
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

function is(owned: string): Room['owns'] {
  return (path) => path === owned;
}

function under(owned: string): Room['owns'] {
  return (path) => path === owned || path.startsWith(`${owned}/`);
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
}
