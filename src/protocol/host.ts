import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Configuration, Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import type { Clock } from '#platform/clock.ts';
import type { Log } from '#platform/log.ts';
import type { GiveBack } from '#sessions/give-back.ts';
import type { RefreshSuccessors } from '#sessions/refresh-successors.ts';
import { cacheClients } from './cached-clients.ts';
import { type ConfigurationNeeds, configuration } from './configuration.ts';
import { prepareDiscovery } from './discovery.ts';
import { type CheckMaySign, libraryKey, type RingKey } from './library-keys.ts';
import { type OweLogout, sendLogoutsThroughOutbox } from './logout.ts';
import { type GrantHandler, withRefreshGrace } from './refresh-grace.ts';
import type { SignOuts } from './sign-outs.ts';
import { givingBackUnanswered } from './unanswered-grants.ts';

/**
 * Holds the oidc-provider instance of the current key ring and swaps it while requests run: the library reads its
 * keys once, so a new ring means a new instance; requests under way finish on the old one.
 */
type ProtocolHost = {
  /** Answers a request on one of the protocol's paths. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): void;
  provider(): Provider;
  swap(keys: readonly RingKey[]): void;
  /** '*' forgets all. */
  forgetClient(clientId: string): void;
  /** POSTs one freshly signed logout token; the answer is the relying party's status. */
  deliverLogout(owed: { clientId: string; citizenId: string; sid?: string | undefined }): Promise<{ status: number }>;
};

type Needs = Omit<ConfigurationNeeds, 'keys'> & {
  successors: RefreshSuccessors;
  giveBack: GiveBack;
  oweLogout: OweLogout;
  signOuts?: SignOuts | undefined;
  checkMaySign: CheckMaySign;
  /** What holds of a relying party now; another object as soon as something else does. */
  relyingPartyOf(clientId: string): Promise<object | undefined>;
  /** Listeners and middleware are made again for every instance. */
  attach(provider: Provider): void;
  clock: Clock;
  log: Log;
};

export function createProtocolHost(
  { successors, giveBack, oweLogout, signOuts, checkMaySign, relyingPartyOf, attach, clock, log, ...needs }: Needs,
  first: readonly RingKey[],
): ProtocolHost {
  const issuer = new URL(needs.issuer);
  let library = new Map<string, ReturnType<typeof libraryKey>>();

  function build(keys: readonly RingKey[]) {
    const nameOf = (key: RingKey) => `${key.kid} ${key.privateKey === undefined ? 'verifies' : 'signs'}`;
    // Made anew, so that the private half of a key that no longer signs is let go of.
    library = new Map(keys.map((key) => [nameOf(key), library.get(nameOf(key)) ?? libraryKey(key, checkMaySign)]));
    const libraryKeys = [...library.values()];
    const provider = createProvider(
      needs.issuer,
      configuration({ ...needs, keys: libraryKeys }),
      (handler, grantType) => {
        const honest = givingBackUnanswered(handler, { grantType, giveBack });
        return grantType === 'refresh_token' ? withRefreshGrace(honest, { successors, clock }) : honest;
      },
    );
    provider.proxy = true;
    const clients = cacheClients(provider, { relyingPartyOf });
    const deliverLogout = sendLogoutsThroughOutbox(provider, { oweLogout, signOuts });
    attach(provider);
    provider.use(sayWhenToRetry);
    const answerDiscovery = prepareDiscovery(provider);
    return { provider, clients, deliverLogout, answerDiscovery, answer: provider.callback() };
  }

  let current = build(first);

  return {
    handle(request, response, path) {
      if (current.answerDiscovery(request, response, path)) return;
      speakAsIssuer(request, issuer);
      current.answer(request, response);
    },
    provider: () => current.provider,
    swap(keys) {
      current = build(keys);
      log.info({ kids: keys.map(({ kid }) => kid) }, 'signing keys swapped in');
    },
    forgetClient: (clientId) => current.clients.forget(clientId),
    deliverLogout: (owed) => current.deliverLogout(owed),
  };
}

/** RFC 9110 section 10.2.3; a proxy asks another instance meanwhile. */
async function sayWhenToRetry(
  ctx: { status: number; set(name: string, value: string): void },
  next: () => Promise<unknown>,
) {
  await next();
  if (ctx.status === 503) ctx.set('Retry-After', '5');
}

type Handler<Params extends object> = (ctx: TokenEndpointGrantContext<Params>) => void | Promise<void>;
type Names = string | readonly string[] | ReadonlySet<string>;

/** The library registers its own grants while it is constructed, so a subclass is the only public place to wrap one. */
function createProvider(
  issuer: string,
  settings: Configuration,
  wrap: (handler: GrantHandler, grantType: string) => GrantHandler,
): Provider {
  class PanjerehProvider extends Provider {
    override registerGrantType<Params extends object>(name: string, handler: Handler<Params>, ...names: Names[]): void {
      const wrapped = wrap(handler as GrantHandler, name) as Handler<Params>;
      super.registerGrantType<Params>(name, wrapped, ...(names as [Names?, Names?]));
    }
  }
  return new PanjerehProvider(issuer, settings);
}

/**
 * The library derives links from the request. Here the request always names the issuer, whatever Host, X-Forwarded-*
 * or absolute request target was sent (Zitadel GHSA-2wmj-46rj-qm2w).
 */
export function speakAsIssuer(request: IncomingMessage, issuer: URL): void {
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-forwarded-') || name === 'forwarded') delete request.headers[name];
  }
  request.headers.host = issuer.host;
  request.headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
}
