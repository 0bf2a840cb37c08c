import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { everywhereAt, type RingSnapshot, rotationReadyAt, rowsIn } from '#signing-keys/key-ring.ts';
import { planFirstRing, planRevocation, planRotation } from '#signing-keys/plans.ts';
import type { WindowPromise } from '#signing-keys/promises.ts';
import { isAnythingDue, planDue } from '#signing-keys/schedule.ts';
import { applyChange, type RingChange, stateOf } from '#signing-keys/states.ts';
import type { Windows } from '#signing-keys/windows.ts';
import {
  ALG,
  complaintsAbout,
  FENCE_AFTER,
  type HeldSet,
  HTTP_CACHE,
  type ModelEvent,
  type ModelOptions,
  modelKeys,
  type Node,
  publishAndSign,
  STARTS_AT,
  type Token,
} from './ring-model-rules.ts';

/**
 * A small world in virtual time: a database with the ring, three instances, and relying parties that hold on to our
 * key set for as long as they were promised. The planning is the real one; the world around it is adversarial.
 */
/** Plays the events; answers what went wrong first, or undefined. */
export function playRing(events: readonly ModelEvent[], { weakness, variants }: ModelOptions): string | undefined {
  const [firstWindows] = variants;
  if (firstWindows === undefined) throw new Error('a model needs windows');
  let now = STARTS_AT;
  let skew = 0;
  let wanted = firstWindows;
  let wantedSince = now;
  let ring: RingSnapshot = { epoch: 0, initialisedAt: now, now, rows: [], promises: [], freezes: [] };
  let lastEmergencyAt = Number.NEGATIVE_INFINITY;
  const revokedAt = new Map<string, number>();
  /** An emergency with no standby that is everywhere costs sign-ins; until then these kids may be unknown. */
  const excused = new Map<string, number>();
  let tokens: Token[] = [];
  let wrong: string | undefined;

  const fail = (what: string) => {
    wrong ??= `${what} at day ${((now - STARTS_AT) / DAY).toFixed(3)}, epoch ${ring.epoch}`;
  };
  const spare = modelKeys();

  function databaseNow(): number {
    return Math.max(now + skew, ring.now);
  }

  function write(change: RingChange, promise?: Omit<WindowPromise, 'since'>): void {
    const at = Math.max(databaseNow(), ring.now + 1);
    const rows = applyChange(ring.rows, change, at);
    const promises = promise ? [...ring.promises, { since: at, ...promise }] : ring.promises;
    ring = { ...ring, epoch: ring.epoch + 1, now: at, rows, promises };
    for (const complaint of complaintsAbout(rows, revokedAt)) fail(complaint);
  }

  function notePromise(windows: Windows): void {
    const last = ring.promises.at(-1);
    const promise = { keySet: windows.floors.propagation, token: windows.floors.retention };
    if (last?.keySet !== promise.keySet || last.token !== promise.token) write({ add: [], mark: [] }, promise);
    // An emergency under way lasts longer when relying parties are told to keep key sets for longer.
    for (const [kid, until] of excused) {
      const row = ring.rows.find((it) => it.kid === kid);
      if (row !== undefined && until > now) excused.set(kid, everywhereAt(row, ring, windows));
    }
    // A longer promise reaches relying parties that still hold a set; a shorter one does not take anything back.
    for (const held of relyingParties)
      if (held.until > now) held.until = Math.max(held.until, held.fetchedAt + windows.relyingPartyCache);
  }

  const read = (windows: Windows): Node => ({
    snapshot: { ...ring, now: databaseNow() },
    readAt: now,
    windows,
    isHanging: false,
  });
  const relyingParties: HeldSet[] = [];

  write(planFirstRing([ALG], spare), { keySet: firstWindows.floors.propagation, token: firstWindows.floors.retention });
  const nodes = [0, 1, 2].map(() => read(firstWindows));
  const nodeAt = (index: number): Node => {
    const node = nodes[index % nodes.length];
    if (node === undefined) throw new Error('no such node');
    return node;
  };

  function keySetOf(node: Node): ReadonlySet<string> {
    const justChanged = node.snapshot.epoch > 1 && now - node.readAt < 1 * SECOND;
    if (weakness === 'empty-set' && justChanged) return new Set();
    const shown = ['ACTIVE', 'PUBLISHED', 'RETIRING'];
    return new Set(node.snapshot.rows.filter((row) => shown.includes(stateOf(row))).map((row) => row.kid));
  }

  function isFenced(node: Node): boolean {
    return weakness !== 'no-fence' && now - node.readAt > FENCE_AFTER;
  }

  /** What a relying party gets: from an instance that answers, through a cache that may be minutes old. */
  function fetchKeySet(index: number, from: Node): void {
    const node = isFenced(from) ? nodes.find((it) => !isFenced(it)) : from;
    // All instances fenced: it goes on with what it has, as stale-if-error allows.
    if (node === undefined) return;
    const old = httpCache;
    const isCached = old !== undefined && now - old.at < HTTP_CACHE;
    const kids = isCached ? old.kids : keySetOf(node);
    if (!isCached) httpCache = { kids, at: now };
    relyingParties[index] = {
      kids,
      fetchedAt: now,
      until: now + Math.max(...nodes.map((it) => it.windows.relyingPartyCache)),
    };
  }
  let httpCache: { kids: ReadonlySet<string>; at: number } | undefined;
  for (const index of [0, 1, 2, 3]) fetchKeySet(index, nodeAt(0));

  function poll(): void {
    nodes.forEach((node, index) => {
      if (node.isHanging) return;
      nodes[index] = { ...read(node.windows), isHanging: false };
    });
    for (const node of nodes) if (!node.isHanging) tick(node.windows);
  }

  function tick(windows: Windows): void {
    const snapshot = { ...ring, now: databaseNow() };
    if (weakness === 'no-standby') write(publishAndSign(snapshot, windows, spare));
    else if (isAnythingDue(snapshot, windows, 'always')) write(planDue(snapshot, windows, 'always', spare));
  }

  function revoke(): void {
    const [active] = rowsIn(ring.rows, { alg: ALG, state: 'ACTIVE' });
    if (active === undefined) return;
    revokedAt.set(active.kid, now);
    write(planRevocation(ring.rows, { kid: active.kid, reason: 'drill' }, spare));
    tokens = tokens.filter(({ kid }) => kid !== active.kid);
    const [successor] = rowsIn(ring.rows, { alg: ALG, state: 'ACTIVE' });
    if (successor) excused.set(successor.kid, everywhereAt(successor, ring, wanted));
    lastEmergencyAt = now;
  }

  function sign(node: Node): void {
    if (isFenced(node)) return;
    const [active] = rowsIn(node.snapshot.rows, { alg: ALG, state: 'ACTIVE' });
    if (active === undefined) return;
    const revoked = revokedAt.get(active.kid);
    if (revoked !== undefined) {
      if (now - revoked > FENCE_AFTER) fail(`${active.kid} signs a minute after its revocation`);
      return;
    }
    tokens.push({ kid: active.kid, signedAt: now, expiresAt: now + node.windows.longestToken });
  }

  function checkTokens(): void {
    relyingParties.forEach((held, index) => {
      if (held.until < now) fetchKeySet(index, nodeAt(index));
    });
    tokens = tokens.filter(({ expiresAt }) => expiresAt >= now);
    for (const { kid, signedAt } of tokens) {
      if (now < (excused.get(kid) ?? 0)) continue;
      const at = relyingParties.findIndex((held) => !held.kids.has(kid));
      if (at >= 0) fail(`relying party ${at} refuses a token of ${kid}, ${(now - signedAt) / MINUTE} min old,`);
    }
  }

  function checkStandby(): void {
    const longest = Math.max(...variants.map(({ propagation }) => propagation));
    if (now - lastEmergencyAt < 2 * longest + DAY || now - wantedSince < 2 * longest + DAY || weakness === 'no-standby')
      return;
    const snapshot = { ...ring, now: databaseNow() };
    const ready = rowsIn(ring.rows, { alg: ALG, state: 'PUBLISHED' }).some(
      (row) => everywhereAt(row, snapshot, wanted) <= now + 20 * MINUTE,
    );
    if (!ready) fail('no standby is everywhere');
  }

  for (const event of events) {
    switch (event.do) {
      case 'wait': {
        now += event.ms;
        // Restarts with new settings are over within a day.
        if (now - wantedSince > 20 * HOUR)
          nodes.forEach((node, index) => {
            if (node.windows !== wanted) restart(index);
          });
        if (event.ms > 5 * SECOND) poll();
        break;
      }
      case 'sign':
        sign(nodeAt(event.node));
        break;
      case 'rotate': {
        const snapshot = { ...ring, now: databaseNow() };
        if (rotationReadyAt(ALG, snapshot, wanted) <= snapshot.now && weakness !== 'no-standby')
          write(planRotation(ring.rows, ALG, spare));
        break;
      }
      case 'revoke':
        if (weakness !== 'no-standby') revoke();
        break;
      case 'hang':
        nodeAt(event.node).isHanging = true;
        break;
      case 'wake':
        nodeAt(event.node).isHanging = false;
        break;
      case 'restart':
        restart(event.node % nodes.length);
        break;
      case 'fetch':
        if ((relyingParties[event.relyingParty]?.fetchedAt ?? 0) < now)
          fetchKeySet(event.relyingParty, nodeAt(event.node));
        break;
      case 'settings': {
        const variant = variants[event.variant % variants.length];
        // The next change of settings comes after the last one has reached every instance.
        if (variant === undefined || variant === wanted || now - wantedSince < DAY) break;
        wanted = variant;
        wantedSince = now;
        restart(0);
        break;
      }
      case 'skew':
        skew = event.ms;
        break;
    }
    checkTokens();
    checkStandby();
    if (wrong !== undefined) return wrong;
  }
  return undefined;

  function restart(index: number): void {
    notePromise(wanted);
    nodes[index] = read(wanted);
  }
}
