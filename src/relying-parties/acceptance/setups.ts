import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import type { MetadataFault } from '../client-metadata.ts';
import type { RelyingParty } from '../relying-party.ts';
import type { UriChecks } from '../uri-checks.ts';
import type { Setup, SetupsStore } from './setups-store.ts';
import { registeredOrigins } from './subject.ts';

type SetupSaved =
  | { outcome: 'saved'; setup: Setup }
  | { outcome: 'not-found' }
  /** The path of each is `start_url` or `signed_in_url`. */
  | { outcome: 'refused'; faults: readonly MetadataFault[] };

export type Setups = ReturnType<typeof createSetups>;

type Needs = {
  store: SetupsStore;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  uriChecks: Pick<UriChecks, 'listErrors'>;
  audit: Pick<AuditEvents, 'relyingPartyChanged'>;
  clock: Clock;
};

/** Where a sign-in starts and what only a signed-in person sees: on an origin of theirs, or there is no run. */
export function createSetups({ store, findRelyingParty, uriChecks, audit, clock }: Needs) {
  return {
    find: store.find,

    async save({ clientId, by, setup }: { clientId: string; by: string; setup: Setup }): Promise<SetupSaved> {
      const relyingParty = await findRelyingParty(clientId);
      if (relyingParty === undefined) return { outcome: 'not-found' };
      const faults = await listFaults(relyingParty, setup);
      if (faults.length > 0) return { outcome: 'refused', faults };
      await store.save(clientId, setup, clock.now());
      void audit.relyingPartyChanged({ clientId, by, act: 'acceptance-setup' });
      return { outcome: 'saved', setup };
    },

    /** Asked once more before a run: what is registered and proven may have changed since. */
    listFaults,
  };

  async function listFaults(relyingParty: RelyingParty, { startUrl, signedInUrl }: Setup): Promise<MetadataFault[]> {
    const [start, signedIn] = await Promise.all([
      findFault(relyingParty, startUrl),
      findFault(relyingParty, signedInUrl),
    ]);
    return [
      ...(start === undefined ? [] : [{ path: 'start_url', reason: start }]),
      ...(signedIn === undefined ? [] : [{ path: 'signed_in_url', reason: signedIn }]),
    ];
  }

  /** Written like any registered page; on the origin of one, or under a domain that is proven. */
  async function findFault(
    { organisationId, environment, metadata }: RelyingParty,
    uri: string,
  ): Promise<string | undefined> {
    const faults = await uriChecks.listErrors({
      uri,
      kind: 'initiate-login',
      organisationId,
      application: 'web',
      environment,
    });
    const [fault] = faults;
    const origin = URL.parse(uri)?.origin ?? '';
    const isRegistered = registeredOrigins(metadata).includes(origin);
    if (fault === undefined) {
      // Every machine has a loopback: there, only what is registered is theirs.
      return isRegistered || new URL(uri).protocol === 'https:' ? undefined : 'not-registered';
    }
    return fault.reason === 'domain-not-proven' && isRegistered ? undefined : fault.reason;
  }
}
