import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { DAY, MINUTE } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import {
  type ApprovalAct,
  claimApproval,
  findApproval,
  keepUnlessWaiting,
  listApprovals,
  releaseClaim,
  type StoredApproval,
  type StoredFilter,
  setDecided,
} from './approvals-store.ts';

export type { ApprovalAct } from './approvals-store.ts';

/** What nobody decided about in time is `lapsed`: it waits no more, and has to be asked for again. */
type ApprovalState = StoredApproval['state'] | 'lapsed';
export type Approval = Omit<StoredApproval, 'state'> & { state: ApprovalState };
type ApprovalFilter = { state?: ApprovalState } & Pick<StoredFilter, 'act' | 'organisationId' | 'subject'>;

export type ApprovalFault = { path: string; reason: string };

/** Faults when what was asked no longer holds; it then goes on waiting. Done twice it must be as if done once. */
export type PerformAct = (approval: Approval & { approvedBy: string }) => Promise<readonly ApprovalFault[]>;

type ApprovalDecided =
  | { outcome: 'done'; approval: Approval }
  | { outcome: 'same-person' | 'own-organisation' | 'not-found' | 'already-decided' | 'expired' | 'overtaken' }
  | { outcome: 'refused'; faults: readonly ApprovalFault[] };

/** Who closes what was asked about a state of things that is gone, and what they say. */
const OVERTAKEN = { by: 'system', why: 'changed-since' } as const;

/** Long enough for a week with holidays; what is older was asked about another state of things. */
export const APPROVAL_EXPIRES_MS = 7 * DAY;
/** Far longer than any act takes: after it the instance that carried it out is taken for dead. */
const CLAIM_MS = 1 * MINUTE;

type Asked = {
  act: ApprovalAct;
  subject: string;
  organisationId?: string;
  askedBy: string;
  why: string;
  payload: unknown;
};

export type Approvals = ReturnType<typeof createApprovals>;

type Needs = {
  database: Database;
  perform: Readonly<Record<ApprovalAct, PerformAct>>;
  /** The ids of those that no yes can be for any more, because what they were asked about is gone. */
  listMovedOn(waiting: readonly Pick<Approval, 'id' | 'act' | 'subject' | 'payload'>[]): Promise<readonly string[]>;
  hasWorkedFor(about: { citizenId: string; organisationId: string }): Promise<boolean>;
  audit: Pick<AuditEvents, 'approvalChanged'>;
  clock: Clock;
};

/** What reaches production or weakens security waits here for a second person, whose decision carries it out. */
export function createApprovals({ database, perform, listMovedOn, hasWorkedFor, audit, clock }: Needs) {
  return {
    /** The same thing is asked for once: while it waits, whoever asks again is told of that request. */
    async ask(asked: Asked): Promise<Approval> {
      const now = clock.now();
      const approval: StoredApproval = { ...asked, id: rowId(), state: 'waiting', askedAt: now };
      const waiting = await keepUnlessWaiting(database, { approval, askedAfter: now - APPROVAL_EXPIRES_MS });
      if (waiting.id === approval.id) await note(approval, { by: asked.askedBy, step: 'ask' });
      return waiting;
    },

    /**
     * The caller has made sure that `by` may decide. The act is not done within a transaction of ours, because it
     * writes through other rooms, and the embedded database has a single connection.
     */
    async decide({
      id,
      by,
      decision,
      why,
    }: {
      id: string;
      by: string;
      decision: 'approved' | 'refused';
      why: string;
    }): Promise<ApprovalDecided> {
      const kept = await findApproval(database, id);
      if (kept === undefined) return { outcome: 'not-found' };
      const [found = kept] = await closeOvertaken([kept]);
      if (isOvertaken(found)) return { outcome: 'overtaken' };
      const obstacle = await whyNot(found, by);
      if (obstacle !== undefined) return { outcome: obstacle };
      const at = clock.now();
      if (found.state !== 'waiting') return { outcome: 'already-decided' };
      if (found.askedAt + APPROVAL_EXPIRES_MS <= at) return { outcome: 'expired' };
      const claim = rowId();
      if (!(await claimApproval(database, { id, claim, at, until: at + CLAIM_MS }))) {
        return { outcome: 'already-decided' };
      }
      const faults = decision === 'approved' ? await carryOut({ ...found, approvedBy: by }, claim) : [];
      if (faults.length > 0) return { outcome: 'refused', faults };
      if (!(await setDecided(database, { id, claim, state: decision, at, by, why }))) {
        return { outcome: 'already-decided' };
      }
      await note(found, { by, step: decision });
      return { outcome: 'done', approval: { ...found, state: decision, decided: { at, by, why } } };
    },

    whyNot,

    async find(id: string): Promise<Approval | undefined> {
      const found = await findApproval(database, id);
      return found === undefined ? undefined : (await closeOvertaken([found])).map(asOfNow)[0];
    },

    /** Newest first, as many as one page of the queue shows. */
    async list({ state, ...filter }: ApprovalFilter = {}): Promise<Approval[]> {
      const found = await listApprovals(database, { ...filter, ...storedAs(state) });
      const now = (await closeOvertaken(found)).map(asOfNow);
      return state === undefined ? now : now.filter((each) => each.state === state);
    },
  };

  /**
   * Why this person is no second person for it. What a program asks for is asked by whoever holds its key, so nobody
   * who works or worked for an organisation decides about it: the role could be laid down for the moment, the key kept.
   */
  async function whyNot(
    { askedBy, organisationId }: Pick<Approval, 'askedBy' | 'organisationId'>,
    by: string,
  ): Promise<'same-person' | 'own-organisation' | undefined> {
    if (askedBy === by) return 'same-person';
    const isOwn = organisationId !== undefined && (await hasWorkedFor({ citizenId: by, organisationId }));
    return isOwn ? 'own-organisation' : undefined;
  }

  /** By whoever looks at it first, so that nobody sees it wait. One that is being decided is left alone. */
  async function closeOvertaken(found: readonly StoredApproval[]): Promise<StoredApproval[]> {
    const waiting = found.filter((each) => asOfNow(each).state === 'waiting');
    const gone = new Set(waiting.length === 0 ? [] : await listMovedOn(waiting));
    return Promise.all(found.map((each) => (gone.has(each.id) ? close(each) : each)));
  }

  async function close(approval: StoredApproval): Promise<StoredApproval> {
    const { id } = approval;
    const [claim, at] = [rowId(), clock.now()];
    if (!(await claimApproval(database, { id, claim, at, until: at + CLAIM_MS }))) return approval;
    if (!(await setDecided(database, { id, claim, state: 'refused', at, ...OVERTAKEN }))) return approval;
    await note(approval, { by: OVERTAKEN.by, step: 'overtaken' });
    return { ...approval, state: 'refused', decided: { at, ...OVERTAKEN } };
  }

  function asOfNow(approval: StoredApproval): Approval {
    const isLapsed = approval.state === 'waiting' && approval.askedAt + APPROVAL_EXPIRES_MS <= clock.now();
    return isLapsed ? { ...approval, state: 'lapsed' } : approval;
  }

  function storedAs(state: ApprovalState | undefined): Pick<StoredFilter, 'state' | 'askedAfter' | 'askedUntil'> {
    const lapsedUntil = clock.now() - APPROVAL_EXPIRES_MS;
    if (state === 'waiting') return { state, askedAfter: lapsedUntil };
    if (state === 'lapsed') return { state: 'waiting', askedUntil: lapsedUntil };
    return state === undefined ? {} : { state };
  }

  async function carryOut(approval: Approval & { approvedBy: string }, claim: string) {
    let isDone = false;
    try {
      const faults = await perform[approval.act](approval);
      isDone = faults.length === 0;
      return faults;
    } finally {
      if (!isDone) await releaseClaim(database, { id: approval.id, claim });
    }
  }

  function note({ id, act, subject }: Approval, { by, step }: { by: string; step: string }): Promise<void> {
    return audit.approvalChanged({ approvalId: id, act, subject, by, step });
  }
}

export function isOvertaken({ decided }: { decided?: Approval['decided'] | undefined }): boolean {
  return decided?.by === OVERTAKEN.by;
}
