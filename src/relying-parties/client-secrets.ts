import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { DAY } from '#platform/durations.ts';
import { randomToken, rowId } from '#platform/ids.ts';
import {
  addSecret,
  countSecrets,
  endSecrets,
  hasPermit,
  type ListedSecret,
  listSecrets,
  savePermit,
  usePermit,
} from './client-secrets-store.ts';
import { type RelyingParties, secretIsUsed } from './relying-parties.ts';
import { lockRevision, RELYING_PARTIES_TOPIC } from './relying-parties-store.ts';
import type { RelyingParty } from './relying-party.ts';
import type { SecretVault } from './secret-vault.ts';

type Issued =
  /** The secret is in no other place: it is shown once, and never again. */
  | { outcome: 'issued'; id: string; secret: string; expiresAt?: number }
  | { outcome: 'not-found' }
  /** Its method of authentication has none: private_key_jwt is the better one already. */
  | { outcome: 'no-secret-used' }
  /** Two hold; one has to end first. */
  | { outcome: 'two-already' }
  | { outcome: 'not-in-the-future' }
  | { outcome: 'needs-approval'; reasons: readonly ['new-production-secret'] };

/** The old one goes on while the new one is brought everywhere; more than two and nobody knows who uses which. */
const AT_ONCE = 2;
/** Long enough to reach the person who may see the secret; then the second person is asked again. */
const PERMIT_HOLDS = 7 * DAY;

type Needs = {
  database: Database;
  changeFeed: Pick<ChangeFeed, 'announce'>;
  relyingParties: Pick<RelyingParties, 'find' | 'forget'>;
  vault: Pick<SecretVault, 'keep'>;
  audit: Pick<AuditEvents, 'clientSecretChanged'>;
  clock: Clock;
};

export type ClientSecrets = ReturnType<typeof createClientSecrets>;

/** Secrets of relying parties: two at a time, so that one can be changed without an outage. */
export function createClientSecrets({ database, changeFeed, relyingParties, vault, audit, clock }: Needs) {
  return {
    /** `expiresAt`: milliseconds since 1970. For an entry in production only after a second person allowed it. */
    async issue({ by, clientId, expiresAt }: { by: string; clientId: string; expiresAt?: number }): Promise<Issued> {
      const relyingParty = await relyingParties.find(clientId);
      if (relyingParty === undefined) return { outcome: 'not-found' };
      const method = relyingParty.metadata.token_endpoint_auth_method;
      if (!secretIsUsed(method)) return { outcome: 'no-secret-used' };
      const at = clock.now();
      if (expiresAt !== undefined && !(expiresAt > at)) return { outcome: 'not-in-the-future' };
      const secret = randomToken();
      const id = rowId();
      const kept = vault.keep(secret, { clientId, id, method });
      const outcome = await database
        .transaction()
        .execute(async (transaction): Promise<'issued' | 'two-already' | 'needs-approval'> => {
          // Two who ask at once wait for each other here.
          await lockRevision(transaction, clientId);
          if ((await countSecrets(transaction, { clientId, at })) >= AT_ONCE) return 'two-already';
          if (isReached(relyingParty) && !(await usePermit(transaction, { clientId, at }))) return 'needs-approval';
          await addSecret(transaction, {
            clientId,
            by,
            at,
            secret: { id, kept, ...(expiresAt !== undefined && { expiresAt }) },
          });
          await changeFeed.announce(transaction, { topic: RELYING_PARTIES_TOPIC, key: clientId });
          return 'issued';
        });
      if (outcome === 'needs-approval') return { outcome, reasons: ['new-production-secret'] };
      if (outcome === 'two-already') return { outcome };
      relyingParties.forget(clientId);
      void audit.clientSecretChanged({ clientId, by, act: 'issue', secretId: id });
      return { outcome, id, secret, ...(expiresAt !== undefined && { expiresAt }) };
    },

    /** What the approval of `new-production-secret` does: whoever asked may then have one made, and sees it alone. */
    async permit({
      clientId,
      by,
      approvedBy,
    }: {
      clientId: string;
      by: string;
      approvedBy: string;
    }): Promise<'permitted' | 'same-person' | 'not-found'> {
      if (by === approvedBy) return 'same-person';
      if ((await relyingParties.find(clientId)) === undefined) return 'not-found';
      await savePermit(database, { clientId, askedBy: by, approvedBy, expiresAt: clock.now() + PERMIT_HOLDS });
      return 'permitted';
    },

    isPermitted: (clientId: string): Promise<boolean> => hasPermit(database, { clientId, at: clock.now() }),

    /** At once and by one person, for a secret that leaked. `left` says how many still hold. */
    async end({
      by,
      clientId,
      id,
    }: {
      by: string;
      clientId: string;
      id: string;
    }): Promise<{ outcome: 'ended'; left: number } | { outcome: 'not-found' }> {
      const at = clock.now();
      const ended = await database.transaction().execute(async (transaction) => {
        const count = await endSecrets(transaction, { clientId, by, at, id });
        if (count > 0) await changeFeed.announce(transaction, { topic: RELYING_PARTIES_TOPIC, key: clientId });
        return count;
      });
      if (ended === 0) return { outcome: 'not-found' };
      relyingParties.forget(clientId);
      void audit.clientSecretChanged({ clientId, by, act: 'end', secretId: id });
      return { outcome: 'ended', left: (await relyingParties.find(clientId))?.secrets.length ?? 0 };
    },

    /** Newest first, ended ones too; nothing that could be presented. */
    list: (clientId: string): Promise<ListedSecret[]> => listSecrets(database, clientId),
  };
}

function isReached({ environment, state }: RelyingParty): boolean {
  return environment === 'production' && state !== 'not-live';
}
