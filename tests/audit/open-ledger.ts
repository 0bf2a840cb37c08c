import { createAuditStore } from '#audit/audit-store.ts';
import { createAuditEvents } from '#audit/events.ts';
import { createLedgerKeys, hashOfHead } from '#audit/ledger-head.ts';
import { createFindLedgerProof } from '#audit/ledger-proof.ts';
import { createLedgerStore } from '#audit/ledger-store.ts';
import { createSealLedger, type LedgerWitness } from '#audit/seal-ledger.ts';
import { createVerifyLedger, type RememberedHead } from '#audit/verify-ledger.ts';
import type { Database } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrate.ts';
import type { DataKey } from '#platform/sealing/sealer.ts';
import { migrations } from '#root/migrations/all.ts';

const ISSUER = 'https://sso.example.ir';
export const LEDGER_KEY: DataKey = { id: 'ledger-1', secret: Buffer.alloc(32, 7) };

/** The ledger of one database, with a witness that a thief of the database cannot reach. */
export async function openLedger(database: Database, dataKey = LEDGER_KEY) {
  await migrate(database, migrations);
  const auditStore = createAuditStore({
    database,
    onError(error) {
      throw error;
    },
  });
  const remembered: RememberedHead[] = [];
  const witness: LedgerWitness = {
    remember: async (head) => void remembered.push({ number: head.number, hash: hashOfHead(head) }),
  };
  const store = createLedgerStore({ database, issuer: ISSUER });
  const keys = createLedgerKeys([dataKey]);
  return {
    audit: createAuditEvents(auditStore.record),
    store,
    keys,
    remembered,
    seal: createSealLedger({ store, keys, issuer: ISSUER, witnesses: [witness] }),
    verify: createVerifyLedger({ store, keys }),
    findProof: createFindLedgerProof({ store, keys }),
  };
}

export type OpenLedger = Awaited<ReturnType<typeof openLedger>>;
