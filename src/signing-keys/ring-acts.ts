import type { Database } from '#platform/database/database.ts';
import { type Freeze, freezeAt, type WorkingHours } from './calendar.ts';
import { RingMissing } from './errors.ts';
import { algorithmsOf, type KeyRing, type RingSnapshot, rotationReadyAt, rowsIn } from './key-ring.ts';
import { createNewKey, knownAlgorithms } from './new-key.ts';
import { isEmpty, planArrival, planFirstRing, planRotation, planStaging, type Spare, standIns } from './plans.ts';
import { createRevocation } from './revocation.ts';
import { createRevocationsStore } from './revocations-store.ts';
import { isAnythingDue, planDue } from './schedule.ts';
import type { RingStep, SigningKeysStore } from './signing-keys-store.ts';
import type { Mark, RingChange } from './states.ts';
import type { Windows } from './windows.ts';

/** What the audit may want to hear; each is told once the change is in the database. */
export type SigningKeyEvents = {
  changed?: (event: { act: string; by: string; epoch: number; kids: readonly string[] }) => Promise<void>;
};

/** The name under which an instance does what was planned. */
export const THE_SCHEDULE = 'schedule';

/** `steps` in words for people and machines: which key got which mark. It never carries a key's private half, sealed or not. */
export type Done = { outcome: 'done'; epoch: number; steps: { kid: string; alg: string; became: Mark | 'staged' }[] };
export type Refused =
  | { outcome: 'standby-not-everywhere'; kid: string; from: number }
  | { outcome: 'frozen'; freeze: Freeze }
  | { outcome: 'already-there' }
  | { outcome: 'unknown-algorithm' }
  | { outcome: 'overtaken' };

/** What one act needs to know; `plan` may refuse, and is asked again when another instance was faster. */
export type Act<No> = {
  act: string;
  by: string;
  /** Pure: it is asked once to learn how many new keys it takes, and once more with the keys. */
  plan: (snapshot: RingSnapshot, spare: Spare) => RingChange | No;
  also?: Pick<RingStep, 'promise' | 'freeze' | 'alongside'>;
};

export type Perform = <No extends { outcome: string } = never>(
  act: Act<No>,
) => Promise<Done | No | { outcome: 'overtaken' }>;

const ATTEMPTS = 5;

export function createRingActs({
  store,
  database,
  windows,
  workingHours,
  events,
  refresh,
  announce,
  isRehearsal,
}: {
  store: SigningKeysStore;
  database: Database;
  windows: Windows;
  workingHours: WorkingHours;
  events: SigningKeyEvents;
  refresh: () => Promise<KeyRing>;
  announce: (transaction: Database) => Promise<void>;
  /** Plans every act and writes nothing. */
  isRehearsal: boolean;
}) {
  async function perform<No extends { outcome: string } = never>(
    act: Act<No>,
  ): Promise<Done | No | { outcome: 'overtaken' }> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const snapshot = await store.readRing();
      const { spare, wanted } = standIns();
      const rehearsed = act.plan(snapshot, spare);
      if ('outcome' in rehearsed) return rehearsed;
      const change = act.plan(snapshot, await newKeys(wanted));
      if ('outcome' in change) return change;
      const done = { outcome: 'done' as const, epoch: snapshot.epoch + 1, steps: stepsOf(snapshot, change) };
      if (isRehearsal) return done;
      if (!(await store.change(snapshot, { change, act: act.act, by: act.by, ...alsoAnnounced(act.also) }))) continue;
      await refresh();
      await events.changed?.({ act: act.act, by: act.by, epoch: done.epoch, kids: done.steps.map(({ kid }) => kid) });
      return done;
    }
    return { outcome: 'overtaken' };
  }

  function alsoAnnounced(also: Act<never>['also'] = {}): Act<never>['also'] {
    return {
      ...also,
      async alongside(transaction) {
        if (also.alongside !== undefined && !(await also.alongside(transaction))) return false;
        await announce(transaction);
        return true;
      },
    };
  }

  /** Made before the transaction: an RSA key takes longer than a transaction should. */
  async function newKeys(algorithms: readonly string[]): Promise<Spare> {
    const keys = await Promise.all(algorithms.map(async (alg) => store.sealNewKey(await createNewKey(alg))));
    return (alg) => {
      const at = keys.findIndex((key) => key.alg === alg);
      const [key] = at < 0 ? [] : keys.splice(at, 1);
      if (key === undefined) throw new Error(`no new ${alg} key was made for this change`);
      return key;
    };
  }

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

function stepsOf({ rows }: RingSnapshot, { add, mark }: RingChange): Done['steps'] {
  const algOf = (kid: string) => rows.find((row) => row.kid === kid)?.alg ?? '';
  return [
    ...mark.map((it) => ({ kid: it.kid, alg: algOf(it.kid), became: it.mark })),
    ...add.map(({ key, marks }) => ({ kid: key.kid, alg: key.alg, became: marks.at(-1) ?? ('staged' as const) })),
  ];
}
