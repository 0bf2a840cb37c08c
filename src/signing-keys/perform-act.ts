import type { Database } from '#platform/database/database.ts';
import type { Freeze } from './calendar.ts';
import type { KeyRing, RingSnapshot } from './key-ring.ts';
import { createNewKey } from './new-key.ts';
import { type Spare, standIns } from './plans.ts';
import type { RingStep, SigningKeysStore } from './signing-keys-store.ts';
import type { Mark, RingChange } from './states.ts';

/** What the audit may want to hear; each is told once the change is in the database. */
export type SigningKeyEvents = {
  changed?: (event: { act: string; by: string; epoch: number; kids: readonly string[] }) => Promise<void>;
};

/** `steps` in words for people and machines: which key got which mark. It never carries a key's private half, sealed or not. */
export type Done = { outcome: 'done'; epoch: number; steps: { kid: string; alg: string; became: Mark | 'staged' }[] };
export type Refused =
  | { outcome: 'standby-not-everywhere'; kid: string; from: number }
  | { outcome: 'frozen'; freeze: Freeze }
  | { outcome: 'already-there' }
  | { outcome: 'unknown-algorithm' }
  | { outcome: 'overtaken' };

/** What one act needs to know; `plan` may refuse, and is asked again when another instance was faster. */
type Act<No> = {
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

/** Carries out one act: plan on what the database says, make the keys it takes, write all of it or nothing. */
export function createPerform({
  store,
  events,
  refresh,
  announce,
  isRehearsal,
}: {
  store: SigningKeysStore;
  events: SigningKeyEvents;
  refresh: () => Promise<KeyRing>;
  announce: (transaction: Database) => Promise<void>;
  /** Plans every act and writes nothing. */
  isRehearsal: boolean;
}): Perform {
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

  return perform;
}

function stepsOf({ rows }: RingSnapshot, { add, mark }: RingChange): Done['steps'] {
  const algOf = (kid: string) => rows.find((row) => row.kid === kid)?.alg ?? '';
  return [
    ...mark.map((it) => ({ kid: it.kid, alg: algOf(it.kid), became: it.mark })),
    ...add.map(({ key, marks }) => ({ kid: key.kid, alg: key.alg, became: marks.at(-1) ?? ('staged' as const) })),
  ];
}
