import { MINUTE } from '#platform/durations.ts';
import { CITIZEN_ERASED } from './events.ts';
import { commitmentTo, hashOfEntry } from './ledger-entry.ts';
import { hashOfHead, type LedgerKeys, type SignedHead } from './ledger-head.ts';
import type { LedgerStore, PlacedEntry } from './ledger-store.ts';
import { rootOf } from './merkle.ts';

/** What is wrong, where. `head` is its number, `event` the id of the audit event. */
export type LedgerFinding =
  | { kind: 'entry-changed' | 'entry-removed'; head: number; event: number }
  | {
      kind: 'entries-removed' | 'entries-do-not-fit' | 'signature-wrong' | 'chain-broken' | 'head-removed';
      head: number;
    }
  | { kind: 'not-sealed' | 'sealed-under-no-head'; count: number }
  /** More was erased than the ledger itself says was erased. */
  | { kind: 'erased-without-word'; count: number }
  /** A head that a witness remembers is not in the ledger, or is another one there. */
  | { kind: 'witness-disagrees'; head: number };

export type LedgerReport = {
  heads: number;
  entries: number;
  /** Entries whose content was erased; their place in the ledger stands. */
  erased: number;
  last: SignedHead | undefined;
  findings: LedgerFinding[];
};

/** A head as somebody else kept it. */
export type RememberedHead = { number: number; hash: string };

type Needs = { store: LedgerStore; keys: LedgerKeys };

/** Twice the time between heads, and the time a slow insert may take. */
const MUST_BE_SEALED_AFTER = 5 * MINUTE;
const HEADS_AT_ONCE = 500;

/** Reads every event, entry and head once, in order, and holds one head's entries in memory at a time. */
export function createVerifyLedger({ store, keys }: Needs) {
  return async function verifyLedger(
    options: { remembered?: Iterable<RememberedHead>; onProgress?: (heads: number) => void } = {},
  ): Promise<LedgerReport> {
    const remembered = new Map([...(options.remembered ?? [])].map(({ number, hash }) => [number, hash]));
    const report: LedgerReport = { heads: 0, entries: 0, erased: 0, last: undefined, findings: [] };
    const { findings } = report;
    let accountedFor = 0;

    for await (const head of headsOf(store)) {
      const expected = report.last === undefined ? 1 : report.last.number + 1;
      for (let number = expected; number < head.number; number += 1)
        findings.push({ kind: 'head-removed', head: number });
      const isNext = head.previous === (report.last === undefined ? '' : hashOfHead(report.last));
      if (head.number === expected && !isNext) findings.push({ kind: 'chain-broken', head: head.number });
      if (!keys.isSigned(head)) findings.push({ kind: 'signature-wrong', head: head.number });
      const known = remembered.get(head.number);
      if (known !== undefined && known !== hashOfHead(head))
        findings.push({ kind: 'witness-disagrees', head: head.number });
      remembered.delete(head.number);

      const places = await store.listPlaced(head.number);
      findings.push(...findingsUnder(head, places));
      report.erased += places.filter(({ salt }) => salt === null).length;
      report.entries += places.length;
      accountedFor += saidToBeErased(places);
      report.heads += 1;
      report.last = head;
      options.onProgress?.(report.heads);
    }

    findings.push(...[...remembered.keys()].map((head): LedgerFinding => ({ kind: 'witness-disagrees', head })));
    if (report.erased > accountedFor)
      findings.push({ kind: 'erased-without-word', count: report.erased - accountedFor });
    const { unsealed, headless } = await store.countLost(MUST_BE_SEALED_AFTER);
    if (unsealed > 0) findings.push({ kind: 'not-sealed', count: unsealed });
    if (headless > 0) findings.push({ kind: 'sealed-under-no-head', count: headless });
    return report;
  };
}

async function* headsOf(store: LedgerStore): AsyncGenerator<SignedHead> {
  let after = 0;
  for (;;) {
    const heads = await store.listHeads({ after, limit: HEADS_AT_ONCE });
    yield* heads;
    const last = heads.at(-1);
    if (last === undefined) return;
    after = last.number;
  }
}

/** What the events of erasure, which are entries like all others, say was erased. */
function saidToBeErased(places: readonly PlacedEntry[]): number {
  const said = places.flatMap(({ entry }) => (entry?.name === CITIZEN_ERASED ? [Number(entry.details.entries)] : []));
  return said.reduce((sum, entries) => sum + entries, 0);
}

function findingsUnder(head: SignedHead, places: readonly PlacedEntry[]): LedgerFinding[] {
  const found = places.flatMap(({ eventId, entry, salt, commitment }): LedgerFinding[] => {
    if (entry === undefined) return [{ kind: 'entry-removed', head: head.number, event: eventId }];
    const isErased = salt === null && entry.citizenId === null && Object.keys(entry.details).length === 0;
    const says = salt !== null && commitmentTo(entry, salt).equals(commitment);
    return isErased || says ? [] : [{ kind: 'entry-changed', head: head.number, event: eventId }];
  });
  if (places.length !== head.entries) found.push({ kind: 'entries-removed', head: head.number });
  const entries = places.flatMap(({ entry, commitment }) =>
    entry === undefined ? [] : [hashOfEntry(entry, commitment)],
  );
  if (entries.length !== head.entries || head.entries === 0) return found;
  const fits = rootOf(entries).toString('base64url') === head.root;
  return fits || found.length > 0 ? found : [{ kind: 'entries-do-not-fit', head: head.number }];
}
