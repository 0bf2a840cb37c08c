import { z } from 'zod';
import type { Clock } from '#platform/clock.ts';
import { HOUR } from '#platform/durations.ts';
import { randomToken } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import type { Fields, StateStore } from '#platform/state-store.ts';
import type { Seen, SeenAuthorization } from '#relying-parties/acceptance/acceptance-issuer.ts';
import {
  CALLBACK_SPOILS,
  HONEST_VARIATIONS,
  ID_TOKEN_SPOILS,
  type Spoil,
  USERINFO_SPOILS,
} from '#relying-parties/acceptance/spoil.ts';
import { findSyntheticCitizen, SYNTHETIC_CITIZENS } from './synthetic-citizens.ts';

/**
 * What every instance has to know of the run of a relying party, in the state store and sealed: one record for the run,
 * and one for what was seen since the last `spoil`.
 */
export type Runs = {
  find(clientId: string): Promise<Run>;
  begin(clientId: string): Promise<void>;
  /** @throws when no run is under way */
  spoil(clientId: string, spoil: Spoil | undefined): Promise<void>;
  end(clientId: string): Promise<void>;
  /** Keeps something for the spoils that need what came before; without a run nothing. */
  remember(run: Run, kept: Partial<Remembered>): Promise<void>;
  note(run: Run, event: SeenEvent): Promise<void>;
  seen(clientId: string): Promise<Seen>;
  /** True for the first who asks since the last `spoil`, at whatever instance. */
  mayRotate(run: Run): Promise<boolean>;
  /** Told without a run, too: what a relying party read before the run counts. */
  noteKeySetRead(clientId: string): Promise<void>;
  noteEpoch(clientId: string, epoch: number): Promise<void>;
};

export type Run = Remembered & {
  clientId: string;
  /** Names the time since the last `spoil`; undefined when no run is under way. */
  turn: string | undefined;
  spoil: Spoil | undefined;
  /** Milliseconds since 1970, as is the next. */
  begunAt: number | undefined;
  /** The key set was asked for, in this run or before it. */
  keySetReadAt: number | undefined;
  /** The ring is at this epoch at least. */
  epoch: number;
};

type Remembered = {
  /** The latest finished sign-in, as an honest provider would have told of it. */
  signIn: SignIn | undefined;
  /** The last honest logout token. */
  logoutToken: string | undefined;
};

type SignIn = { citizenId: string; claims: Record<string, unknown> };

type SeenEvent =
  | { kind: 'authorization'; authorization: SeenAuthorization }
  | { kind: 'token-request'; hadAtHash: boolean }
  | { kind: 'token-refusal' }
  | { kind: 'userinfo-request' };

/** Longer than any run takes; with nothing happening for so long, it is over. */
const RUN_LIVES = 1 * HOUR;
/** A sign-in leaves four; more than this is not a run. */
const EVENTS_KEPT = 200;

const SPOILS = [...HONEST_VARIATIONS, ...ID_TOKEN_SPOILS, ...CALLBACK_SPOILS, ...USERINFO_SPOILS] as const;

const shapes = {
  turn: z.object({ name: z.string(), begunAt: z.number(), spoil: z.enum(SPOILS).optional() }),
  signIn: z.object({ citizenId: z.string(), claims: z.record(z.string(), z.unknown()) }),
  logoutToken: z.string(),
};
const OF_ONE_RUN = ['signIn', 'logoutToken'];
/** Written and read by us alone, sealed in between. */
type Noted = { at: number; order: number } & SeenEvent;

type Needs = { store: StateStore; hash: KeyedHash; sealer: Sealer; clock: Clock };

export function createRuns({ store, hash, sealer, clock }: Needs): Runs {
  const keyOf = (clientId: string) => `AcceptanceRun:${hash(`run:${clientId}`)}`;
  const turnKeyOf = (clientId: string, turn: string) => `AcceptanceTurn:${hash(`turn:${clientId}:${turn}`)}`;
  const place = (clientId: string, field: string) => `acceptance-run.${field}:${clientId}`;
  const seal = (clientId: string, field: string, value: unknown) =>
    sealer.seal(JSON.stringify(value), place(clientId, field));
  let noted = 0;

  function read<Name extends keyof typeof shapes>(
    clientId: string,
    { name, fields }: { name: Name; fields: Fields },
  ): z.output<(typeof shapes)[Name]> | undefined {
    const sealed = fields[name];
    if (sealed === undefined) return undefined;
    const value: unknown = JSON.parse(sealer.unseal(sealed, place(clientId, name)).toString());
    return shapes[name].parse(value) as z.output<(typeof shapes)[Name]>;
  }

  async function find(clientId: string): Promise<Run> {
    const fields = (await store.read(keyOf(clientId)))?.fields ?? {};
    const turn = read(clientId, { name: 'turn', fields });
    return {
      clientId,
      turn: turn?.name,
      spoil: turn?.spoil,
      begunAt: turn?.begunAt,
      keySetReadAt: fields.keySetReadAt === undefined ? undefined : Number(fields.keySetReadAt),
      epoch: Number(fields.epoch ?? 0),
      signIn: read(clientId, { name: 'signIn', fields }),
      logoutToken: read(clientId, { name: 'logoutToken', fields }),
    };
  }

  async function beginTurn(
    clientId: string,
    { begunAt, spoil, remove = [] }: { begunAt: number; spoil?: Spoil | undefined; remove?: readonly string[] },
  ): Promise<void> {
    const name = randomToken();
    await store.write(turnKeyOf(clientId, name), { set: { begun: '1' }, expiresInMs: RUN_LIVES });
    const set = { turn: seal(clientId, 'turn', { name, begunAt, ...(spoil === undefined ? {} : { spoil }) }) };
    await store.write(keyOf(clientId), { set, remove, expiresInMs: RUN_LIVES });
  }

  return {
    find,
    begin: (clientId) => beginTurn(clientId, { begunAt: clock.now(), remove: OF_ONE_RUN }),
    async spoil(clientId, spoil) {
      const { turn, begunAt } = await find(clientId);
      if (turn === undefined || begunAt === undefined) throw new Error(`no acceptance run of ${clientId} is under way`);
      await beginTurn(clientId, { begunAt, spoil });
      await store.remove([turnKeyOf(clientId, turn)]);
    },
    async end(clientId) {
      const { turn } = await find(clientId);
      await store.write(keyOf(clientId), {
        remove: ['turn', ...OF_ONE_RUN],
        expiresInMs: RUN_LIVES,
        when: 'present',
      });
      if (turn !== undefined) await store.remove([turnKeyOf(clientId, turn)]);
    },
    async remember({ clientId, turn }, kept) {
      if (turn === undefined) return;
      const set = Object.fromEntries(
        Object.entries(kept).map(([name, value]) => [name, seal(clientId, name, value)] as const),
      );
      await store.write(keyOf(clientId), { set, expiresInMs: RUN_LIVES, when: 'present' });
    },
    async note({ clientId, turn }, event) {
      if (turn === undefined) return;
      const key = turnKeyOf(clientId, turn);
      const known = (await store.read(key))?.fields;
      if (known === undefined || Object.keys(known).length > EVENTS_KEPT) return;
      noted += 1;
      const written: Noted = { at: clock.now(), order: noted, ...event };
      const set = { [`event:${randomToken()}`]: seal(clientId, 'event', written) };
      await store.write(key, { set, expiresInMs: RUN_LIVES, when: 'present' });
    },
    async seen(clientId) {
      const run = await find(clientId);
      const fields = run.turn === undefined ? {} : ((await store.read(turnKeyOf(clientId, run.turn)))?.fields ?? {});
      const events = Object.entries(fields)
        .filter(([name]) => name.startsWith('event:'))
        .map(([, sealed]): Noted => JSON.parse(sealer.unseal(sealed, place(clientId, 'event')).toString()))
        .sort((one, other) => one.at - other.at || one.order - other.order);
      return summaryOf(run, events);
    },
    async mayRotate({ clientId, turn }) {
      return turn !== undefined && (await store.claim(turnKeyOf(clientId, turn), 'rotated', '1')) === 'first';
    },
    async noteKeySetRead(clientId) {
      await store.write(keyOf(clientId), { set: { keySetReadAt: String(clock.now()) }, expiresInMs: RUN_LIVES });
    },
    async noteEpoch(clientId, epoch) {
      await store.write(keyOf(clientId), { set: { epoch: String(epoch) }, expiresInMs: RUN_LIVES });
    },
  };
}

function summaryOf({ begunAt = 0, keySetReadAt, signIn }: Run, events: readonly SeenEvent[]): Seen {
  const person = signIn && findSyntheticCitizen(signIn.citizenId);
  return {
    authorizations: events.flatMap((event) => (event.kind === 'authorization' ? [event.authorization] : [])),
    tokenRequests: events.filter(({ kind }) => kind === 'token-request').length,
    tokenRefusals: events.filter(({ kind }) => kind === 'token-refusal').length,
    userinfoRequests: events.filter(({ kind }) => kind === 'userinfo-request').length,
    hadAtHash: events.some((event) => event.kind === 'token-request' && event.hadAtHash),
    ...(keySetReadAt !== undefined && keySetReadAt >= begunAt && { keySetFetchedAt: keySetReadAt }),
    ...(person !== undefined && {
      citizen: {
        subject: String(signIn?.claims.sub),
        givenName: person.givenName,
        familyName: person.familyName,
        familyNameLatin: person.familyNameLatin,
        strangers: SYNTHETIC_CITIZENS.filter(({ id }) => id !== person.id)
          .flatMap(({ familyName, familyNameLatin }) => [familyName, familyNameLatin])
          .filter((name) => name !== undefined),
      },
    }),
  };
}
