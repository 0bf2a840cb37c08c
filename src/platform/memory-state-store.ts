import type { Clock } from './clock.ts';
import type { Fields, StateRecord, StateStore } from './state-store.ts';

type MemoryRecord = { fields: Map<string, string>; expiresAt: number };
type Index = Map<string, number>;

/** A sweep walks over everything, so the next one waits for that many writes, or for as many as the last one left records. */
const WRITES_BETWEEN_SWEEPS = 1000;

/** One process, for trying out and for tests. Everything is lost with the process. */
export function createMemoryStateStore({ clock }: { clock: Clock }): StateStore {
  const records = new Map<string, MemoryRecord>();
  const indexes = new Map<string, Index>();
  let writesUntilSweep = WRITES_BETWEEN_SWEEPS;

  function living(key: string): MemoryRecord | undefined {
    const record = records.get(key);
    if (record === undefined || record.expiresAt > clock.now()) return record;
    records.delete(key);
    return undefined;
  }

  function livingMembers(index: string): Index {
    const members = indexes.get(index) ?? new Map<string, number>();
    for (const [member, expiresAt] of members) {
      if (expiresAt <= clock.now()) members.delete(member);
    }
    if (members.size === 0) indexes.delete(index);
    return members;
  }

  function sweepNowAndThen(): void {
    writesUntilSweep -= 1;
    if (writesUntilSweep > 0) return;
    for (const key of records.keys()) living(key);
    for (const index of indexes.keys()) livingMembers(index);
    writesUntilSweep = Math.max(WRITES_BETWEEN_SWEEPS, records.size + indexes.size);
  }

  return {
    async read(key, { follow = [] } = {}) {
      const record = living(key);
      if (record === undefined) return undefined;
      const linked: StateRecord['linked'] = {};
      for (const path of follow) followPath(record, path, linked);
      return { fields: copyOf(record), linked };
    },

    async write(key, { set = {}, remove = [], expiresInMs, when }) {
      sweepNowAndThen();
      const record = living(key);
      if (when === 'absent' && record !== undefined) return false;
      if (when === 'present' && record === undefined) return false;
      const fields = record?.fields ?? new Map<string, string>();
      for (const [name, value] of Object.entries(set)) fields.set(name, value);
      for (const name of remove) fields.delete(name);
      if (fields.size === 0) return records.delete(key) && false;
      records.set(key, { fields, expiresAt: clock.now() + expiresInMs });
      return true;
    },

    async claim(key, field, value) {
      const record = living(key);
      if (record === undefined) return 'absent';
      if (record.fields.has(field)) return 'taken';
      record.fields.set(field, value);
      return 'first';
    },

    async release(key, field) {
      const record = living(key);
      record?.fields.delete(field);
      if (record?.fields.size === 0) records.delete(key);
    },

    async remove(keys) {
      for (const key of keys) records.delete(key);
    },

    async addToIndex(index, member, expiresInMs) {
      sweepNowAndThen();
      indexes.set(index, livingMembers(index).set(member, clock.now() + expiresInMs));
    },

    async listIndex(index) {
      const oldestFirst = [...livingMembers(index)].sort(([, one], [, other]) => one - other);
      return oldestFirst.map(([member]) => member);
    },

    async removeFromIndex(index, members) {
      const there = livingMembers(index);
      for (const member of members) there.delete(member);
      if (there.size === 0) indexes.delete(index);
    },

    async ping() {},
    async close() {
      records.clear();
      indexes.clear();
    },
  };

  function followPath(from: MemoryRecord, path: readonly string[], linked: StateRecord['linked']): void {
    let record = from;
    for (const [depth, field] of path.entries()) {
      const next = living(record.fields.get(field) ?? '');
      if (next === undefined) return;
      linked[path.slice(0, depth + 1).join('>')] = copyOf(next);
      record = next;
    }
  }
}

function copyOf(record: MemoryRecord): Fields {
  return Object.fromEntries(record.fields);
}
