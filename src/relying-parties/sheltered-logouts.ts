import { HOUR, SECOND } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import type { StateStore } from '#platform/state-store.ts';
import type { LogoutDebt, LogoutOutbox } from './logout-outbox-store.ts';

/**
 * An outbox that takes debts while PostgreSQL is away. Somebody who leaves a shared computer must be able to sign out at
 * that moment too, and the relying parties must still hear of it: the debt waits in the state store, and is moved to
 * PostgreSQL by whichever instance reaches it first. Each debt has its id from the start, so that one which was written
 * twice, or moved twice, is owed once.
 */
export function shelterLogouts({ outbox, store, onTrouble }: Needs): LogoutOutbox {
  return {
    ...outbox,

    async owe(debts) {
      const named = debts.map((debt) => ({ ...debt, id: debt.id ?? rowId() }));
      try {
        await within(LONGEST_WAIT, outbox.owe(named));
      } catch (error) {
        await Promise.all(named.map(shelter));
        onTrouble(error);
      }
    },

    async deliverDue(by) {
      // What waits in a state store that is away can wait on; what is in PostgreSQL need not.
      await moveIn().catch(onTrouble);
      return outbox.deliverDue(by);
    },
  };

  /** Listed first: an entry without its record is passed over, a record without its entry would be lost. */
  async function shelter({
    id,
    clientId,
    citizenId,
    sid,
    signOut,
    takesPart = true,
  }: LogoutDebt & { id: string }): Promise<void> {
    await store.addToIndex(INDEX, id, KEPT);
    const fields = {
      clientId,
      citizenId,
      ...(sid === undefined ? {} : { sid }),
      ...(signOut === undefined ? {} : { signOut }),
      ...(takesPart ? {} : { takesPart: 'no' }),
    };
    await store.write(recordOf(id), { set: fields, expiresInMs: KEPT });
  }

  async function moveIn(): Promise<void> {
    const ids = await store.listIndex(INDEX);
    for (const id of ids) {
      const { clientId, citizenId, sid, signOut, takesPart } = (await store.read(recordOf(id)))?.fields ?? {};
      // Its record is written within milliseconds of its entry; one that never comes expires.
      if (clientId === undefined || citizenId === undefined) continue;
      await outbox.owe([{ id, clientId, citizenId, sid, signOut, takesPart: takesPart !== 'no' }]);
      await store.removeFromIndex(INDEX, [id]);
      await store.remove([recordOf(id)]);
    }
  }
}

type Needs = {
  outbox: LogoutOutbox;
  store: Pick<StateStore, 'addToIndex' | 'listIndex' | 'removeFromIndex' | 'read' | 'write' | 'remove'>;
  /** Hears why PostgreSQL could not take a debt, or why one could not be moved to it. */
  onTrouble(error: unknown): void;
};

/** As long as a delivery is tried: after a day the relying party's own session should have ended. */
const KEPT = 24 * HOUR;

/** People wait for this. A server that vanished without a word holds a query for much longer. */
const LONGEST_WAIT = 3 * SECOND;

const INDEX = 'ShelteredLogouts';
const recordOf = (id: string) => `ShelteredLogout:${id}`;

async function within<Answer>(milliseconds: number, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('PostgreSQL did not take an owed logout in time')), milliseconds);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
