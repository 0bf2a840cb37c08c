import { createLedgerKeys } from '#audit/ledger-head.ts';
import { createFindLedgerProof } from '#audit/ledger-proof.ts';
import { createLedgerStore } from '#audit/ledger-store.ts';
import { createFileWitness, createStateWitness } from '#audit/ledger-witnesses.ts';
import { createSealLedger, startSealingLedger } from '#audit/seal-ledger.ts';
import type { Foundation } from './foundation.ts';

/** Seals the audit every minute, and proves to a citizen that an entry about them stands in it. */
export async function keepLedger({ settings, database, state, log, dataKeys }: Foundation) {
  const { issuer } = settings;
  const store = createLedgerStore({ database, issuer });
  const keys = createLedgerKeys(await dataKeys('ledger'));
  const file = settings.ledgerWitness;
  const witnesses = [
    createStateWitness(state),
    ...(file === undefined ? [] : [createFileWitness(file)]),
    { remember: async (head: object) => log.info({ head }, 'the ledger was sealed') },
  ];
  const seal = createSealLedger({ store, keys, issuer, witnesses });
  const sealing = startSealingLedger({
    seal,
    onError: (error) => log.error({ err: error }, 'the ledger could not be sealed'),
  });
  return {
    seal,
    findProof: createFindLedgerProof({ store, keys }),
    publicKeys: keys.publicKeys,
    lastHead: store.lastHead,
    stop: sealing.stop,
  };
}
