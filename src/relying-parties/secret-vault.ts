import { timingSafeEqual } from 'node:crypto';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import type { StoredSecret } from './relying-party.ts';

/**
 * How client secrets rest. One that is presented as it is (client_secret_basic, client_secret_post) is kept as a keyed
 * hash and never read again; one that signs (client_secret_jwt) has to be read, and is sealed. A stolen database opens
 * neither.
 */
export type SecretVault = ReturnType<typeof createSecretVault>;

type About = { clientId: string; id: string };

export function createSecretVault({ sealer, hash }: { sealer: Sealer; hash: KeyedHash }) {
  return {
    keep(secret: string, { clientId, id, method }: About & { method: string }): StoredSecret['kept'] {
      return method === 'client_secret_jwt'
        ? { sealed: sealer.seal(secret, placeOf({ clientId, id })) }
        : { hash: hashOf(secret, { clientId, id }) };
    },

    /** Undefined for a hashed one. */
    open({ clientId, secret }: { clientId: string; secret: StoredSecret }): string | undefined {
      return 'sealed' in secret.kept
        ? sealer.unseal(secret.kept.sealed, placeOf({ clientId, id: secret.id })).toString()
        : undefined;
    },

    /** Every secret is looked at, so that the time tells nothing of which one fitted. */
    isOneOf(presented: string, { clientId, secrets }: { clientId: string; secrets: readonly StoredSecret[] }): boolean {
      return secrets
        .map((secret) => {
          const about = { clientId, id: secret.id };
          const kept = 'hash' in secret.kept ? secret.kept.hash : hashOf(this.open({ clientId, secret }) ?? '', about);
          return isEqual(hashOf(presented, about), kept);
        })
        .includes(true);
    },
  };

  function hashOf(secret: string, { clientId, id }: About): string {
    return hash(`client-secret:${clientId}:${id}:${secret}`);
  }
}

/** Ties a sealed secret to its row; the first ones still bear the name of the column that they come from. */
function placeOf({ clientId, id }: About): string {
  return id === 'first' ? `relying_parties.client_secret:${clientId}` : `client_secrets.sealed:${clientId}:${id}`;
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
