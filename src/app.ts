import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Koa from 'koa';
import { networkOf } from '#platform/http/client-address.ts';
import { createHealth } from '#platform/http/health.ts';
import { observeRequests } from '#platform/http/request-log.ts';
import { setSecurityHeaders } from '#platform/http/security-headers.ts';
import { ACCEPTANCE_PATH } from '#protocol/acceptance/create-acceptance-issuers.ts';
import { DISCOVERY_PATHS, PROTOCOL_PATHS } from '#protocol/configuration.ts';
import { createFence } from '#protocol/fence.ts';
import { showRefusals } from '#protocol/refusal-pages.ts';
import { createActivityCursor } from './account/activity-cursor.ts';
import { createCitizenHere } from './account/citizen-here.ts';
import { accountRoutes } from './account/routes.ts';
import { createStronglyHere } from './account/strongly-here.ts';
import { API_PATH } from './api/api-resource.ts';
import { RESOURCE_METADATA_PATH } from './api/resource-metadata.ts';
import { consoleRoutes } from './console/routes.ts';
import { enrolmentRoutes } from './enrolment/routes.ts';
import { recoveryRoutes } from './recovery/routes.ts';
import type { Services } from './services.ts';
import { createDeviceCookie } from './sign-in/device-cookie.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { createCatalogue } from './window/catalogue.ts';
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

function createPagesApp(services: Services): Room['answer'] {
  const { settings, log, frames, csrf, audit, interactions, consents, people, registry, clientAddress } = services;
  const koa = new Koa();
  // Behind a TLS proxy the connection to us is plain; whether cookies are Secure is decided by the issuer's scheme.
  koa.use((ctx, next) => {
    ctx.cookies.secure = settings.issuer.startsWith('https://');
    return next();
  });
  koa.use(showRefusals({ frames, log }));
  const citizenHere = createCitizenHere({
    findCurrentSession: services.findCurrentSession,
    findCitizen: people.findCitizen,
  });
  const deviceCookie = createDeviceCookie({ isSecure: settings.issuer.startsWith('https://') });
  const rooms = [
    accountRoutes({
      ...services,
      ...people,
      citizenHere,
      stronglyHere: createStronglyHere({ ...people, citizenHere, clock: services.clock }),
      logoutStates: registry.logoutStates,
      cursor: createActivityCursor(services.cookieHash),
      findProof: services.ledger.findProof,
      phoneChange: services.proofing.phoneChange,
      receipts: registry.consentReceipts,
      exports: services.accountExports,
      networkOf: (ctx) => networkOf(clientAddress(ctx.req)),
      consents: registry.consents,
      forgetDevices: people.rememberedDevices.forgetAll,
      findRelyingParty: registry.findRelyingParty,
      findAnyRelyingParty: registry.relyingParties.find,
    }),
    signInRoutes({
      issuer: settings.issuer,
      interactions,
      consents,
      frames,
      csrf,
      audit,
      ...people,
      sessions: services.sessions,
      closings: services.closings,
      clock: services.clock,
      findRelyingParty: registry.findRelyingParty,
      findResource: registry.resources.find,
      clientAddress,
    }),
    enrolmentRoutes({
      issuer: settings.issuer,
      clock: services.clock,
      enrolments: services.proofing.enrolments,
      interactions,
      frames,
      csrf,
      audit,
      findRelyingParty: registry.findRelyingParty,
      hasPasskey: async (citizenId) => (await people.factorsOf(citizenId)).passkeys > 0,
      welcomeDevice: (ctx, citizenId) =>
        deviceCookie.write(ctx, people.newDevices.welcome({ citizenId, cookie: deviceCookie.read(ctx) })),
      networkOf: (ctx) => networkOf(clientAddress(ctx.req)),
    }),
    recoveryRoutes({
      issuer: settings.issuer,
      recoveries: services.proofing.recoveries,
      findRequest: interactions.findRequest,
      readKnownDevice: deviceCookie.read,
      puzzleGate: people.puzzleGate,
      frames,
      csrf,
      networkOf: (ctx) => networkOf(clientAddress(ctx.req)),
    }),
    consoleRoutes({
      ...services.console,
      issuer: settings.issuer,
      findCitizen: people.findCitizen,
      organisations: registry.organisations,
      domainProofs: registry.domainProofs,
      signingKeys: services.signingKeys,
      rehearsal: services.keyRehearsal,
      exposure: services.exposure,
      incidents: people.incidents,
      auditStore: services.auditStore,
      findAnyRelyingParty: registry.relyingParties.find,
      registrations: registry.registrations,
      clientSecrets: registry.clientSecrets,
      agreements: registry.agreements,
      goLive: registry.goLive,
      uriChecks: registry.uriChecks,
      health: registry.health,
      clock: services.clock,
      claimsSources: services.claimsSources,
      acceptance: services.acceptance,
      frames,
      audit,
      log,
    }),
    windowRoutes({
      issuer: settings.issuer,
      frames,
      findCurrentSession: services.findCurrentSession,
      findCitizen: people.findCitizen,
      auditStore: services.auditStore,
      catalogue: createCatalogue({
        listOpenable: registry.listOpenable,
        listOrganisations: registry.organisations.list,
        onChange: registry.onRelyingPartiesChange,
        clock: services.clock,
      }),
      relyingParties: registry.relyingParties,
      organisations: registry.organisations,
      adoption: services.adoption,
      clock: services.clock,
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
