import type { RequestListener } from 'node:http';
import Koa, { type Context } from 'koa';
import { networkOf } from '#platform/http/client-address.ts';
import { showRefusals } from '#protocol/refusal-pages.ts';
import { createActivityCursor } from '#root/account/activity-cursor.ts';
import { createCitizenHere } from '#root/account/citizen-here.ts';
import { accountRoutes } from '#root/account/routes.ts';
import { createStronglyHere } from '#root/account/strongly-here.ts';
import { consoleRoutes } from '#root/console/routes.ts';
import { enrolmentRoutes } from '#root/enrolment/routes.ts';
import { recoveryRoutes } from '#root/recovery/routes.ts';
import type { Services } from '#root/services.ts';
import { createDeviceCookie } from '#root/sign-in/device-cookie.ts';
import { signInRoutes } from '#root/sign-in/routes.ts';
import { createCatalogue } from '#root/window/catalogue.ts';
import { windowRoutes } from '#root/window/routes.ts';

/** Every page, in the rooms that they belong to. */
export function createPagesApp(services: Services): RequestListener {
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
  const networkHere = (ctx: Context) => networkOf(clientAddress(ctx.req));
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
      networkOf: networkHere,
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
      networkOf: networkHere,
    }),
    recoveryRoutes({
      issuer: settings.issuer,
      recoveries: services.proofing.recoveries,
      findRequest: interactions.findRequest,
      readKnownDevice: deviceCookie.read,
      puzzleGate: people.puzzleGate,
      frames,
      csrf,
      networkOf: networkHere,
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
