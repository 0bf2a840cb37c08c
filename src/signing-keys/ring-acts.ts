import type { Database } from '#platform/database/database.ts';
import { type Freeze, freezeAt, type WorkingHours } from './calendar.ts';
import { cookieKey } from './cookie-secret.ts';
import { RingMissing } from './errors.ts';
import { algorithmsOf, type RingSnapshot, rotationReadyAt, rowsIn } from './key-ring.ts';
import { knownAlgorithms } from './new-key.ts';
import type { Perform, Refused, SigningKeyEvents } from './perform-act.ts';
import { isEmpty, planAdoption, planArrival, planFirstRing, planRotation, planStaging } from './plans.ts';
import { createRevocation } from './revocation.ts';
import { createRevocationsStore } from './revocations-store.ts';
import { isAnythingDue, planDue } from './schedule.ts';
import { COOKIES_ACT, type SigningKeysStore } from './signing-keys-store.ts';
import { COOKIES } from './states.ts';
import type { Windows } from './windows.ts';

/** The name under which an instance does what was planned. */
const THE_SCHEDULE = 'schedule';

export function createRingActs({
  store,
  database,
  perform,
  windows,
  workingHours,
  events,
  isRehearsal,
}: {
  store: SigningKeysStore;
  database: Database;
  perform: Perform;
  windows: Windows;
  workingHours: WorkingHours;
  events: SigningKeyEvents;
  isRehearsal: boolean;
}) {
  const promise = { keySet: windows.floors.propagation, token: windows.floors.retention };

  return {
    ...createRevocation({ store, revocations: createRevocationsStore({ database }), perform, events, isRehearsal }),

    /** The first ring of a new issuer, once for its whole life. Throws RingMissing when there was one before. */
    init: ({ by, algorithms = ['ES256', 'RS256'] }: { by: string; algorithms?: readonly string[] }) =>
      perform<Refused>({
        act: 'init',
        by,
        also: { promise },
        plan(snapshot, spare) {
          if (algorithms.some((alg) => !knownAlgorithms.includes(alg))) return { outcome: 'unknown-algorithm' };
          if (snapshot.epoch > 0 && snapshot.rows.length === 0)
            throw new RingMissing('its signing keys are gone from the database');
          if (snapshot.epoch === 0 && snapshot.rows.length > 0)
            throw new RingMissing('the list of its epochs is empty');
          if (snapshot.epoch > 0) return { outcome: 'already-there' };
          return planFirstRing(algorithms, spare);
        },
      }),

    /**
     * The ring of cookies, once for the life of an issuer. It begins with the secret that signed cookies until now, so
     * that instances of the version before go on understanding them. Throws RingMissing when there was one before.
     */
    async makeCookieRing({ by, secret }: { by: string; secret: Buffer }) {
      const first = store.sealNewKey(await cookieKey(secret));
      return perform<Refused>({
        act: COOKIES_ACT,
        by,
        plan(snapshot, spare) {
          if (snapshot.rows.some(({ alg }) => alg === COOKIES)) return { outcome: 'already-there' };
          if (snapshot.cookiesSince !== undefined)
            throw new RingMissing('its keys of cookies are gone from the database');
          return planAdoption(first, spare);
        },
      });
    },

    /** A planned rotation by hand. Refuses while a relying party may lack one of the standbys, and in a freeze. */
    rotate: ({ by, alg, despiteFreeze = false }: { by: string; alg: string; despiteFreeze?: boolean }) =>
      perform<Refused>({
        act: 'rotate',
        by,
        plan(snapshot, spare) {
          const [standby] = rowsIn(snapshot.rows, { alg, state: 'PUBLISHED' });
          if (standby === undefined) return { outcome: 'unknown-algorithm' };
          const from = rotationReadyAt(alg, snapshot, windows);
          if (from > snapshot.now) return { outcome: 'standby-not-everywhere', kid: standby.kid, from };
          const freeze = freezeAt(snapshot.now, snapshot.freezes);
          if (freeze !== undefined && !despiteFreeze) return { outcome: 'frozen', freeze };
          return planRotation(snapshot.rows, alg, spare);
        },
      }),

    /** Makes the key after the next one, so that it can be checked and backed up before it is needed. */
    stage: ({ by, alg }: { by: string; alg: string }) =>
      perform<Refused>({
        act: 'stage',
        by,
        plan(snapshot, spare) {
          if (!algorithmsOf(snapshot.rows).includes(alg)) return { outcome: 'unknown-algorithm' };
          if (rowsIn(snapshot.rows, { alg, state: 'STAGED' }).length > 0) return { outcome: 'already-there' };
          return planStaging(alg, spare);
        },
      }),

    /** A further ring beside the others; it begins to sign by itself when every relying party has it. */
    addAlgorithm: ({ by, alg }: { by: string; alg: string }) =>
      perform<Refused>({
        act: 'add-algorithm',
        by,
        plan(snapshot, spare) {
          if (!knownAlgorithms.includes(alg)) return { outcome: 'unknown-algorithm' };
          if (algorithmsOf(snapshot.rows).includes(alg)) return { outcome: 'already-there' };
          return planArrival(alg, spare);
        },
      }),

    declareFreeze: ({ by, freeze }: { by: string; freeze: Freeze }) =>
      perform<Refused>({
        act: 'freeze',
        by,
        plan: () => ({ add: [], mark: [] }),
        also: { freeze },
      }),

    /** Writes down what relying parties are promised from now on, if the settings changed it. */
    async notePromises(): Promise<void> {
      const { promises } = await store.readRing();
      const last = promises.at(-1);
      if (last?.keySet === promise.keySet && last.token === promise.token) return;
      await perform({
        act: 'settings',
        by: THE_SCHEDULE,
        plan: () => ({ add: [], mark: [] }),
        also: { promise },
      });
    },

    /** Does what is due, once: true if this instance did it. */
    async tick(snapshot: RingSnapshot): Promise<boolean> {
      if (!isAnythingDue(snapshot, windows, workingHours)) return false;
      const done = await perform<{ outcome: 'nothing-due' }>({
        act: 'schedule',
        by: THE_SCHEDULE,
        plan(fresh, spare) {
          const change = planDue(fresh, windows, workingHours, spare);
          return isEmpty(change) ? { outcome: 'nothing-due' } : change;
        },
      });
      return done.outcome === 'done';
    },
  };
}
