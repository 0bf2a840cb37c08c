import type { Context } from 'koa';
import { type ApprovalAct, type Approvals, isOvertaken } from '#operators/approvals.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { actOf, type WaitingChange } from '#relying-parties/approved-acts.ts';
import { askedForApproval } from '#views/console/relying-parties/asked.ts';
import type { RequestShown } from '#views/console/relying-parties/requests.ts';
import type { OperatorHere } from '../operator-here.ts';
import type { RelyingPartyHere } from './relying-party-here.ts';

export type AskNeeds = { approvals: Pick<Approvals, 'ask' | 'list'> };

/** Enough to find what one asked for; older ones stand in the audit. */
const LATEST = 5;

type Noted = { here: OperatorHere; about: RelyingPartyHere; act: ApprovalAct; why: string; payload: object };
type Asked = { clientId: string; act: ApprovalAct; payload?: object | undefined };
type AskedForChange = Pick<Noted, 'here' | 'about'> & { change: WaitingChange; reasons: readonly string[] };

/** What may not be done by one person is asked for, and the page says so and why. */
export function createAskSecondPerson({ approvals }: AskNeeds) {
  return { note, isWaiting, listLatest, ask, askForChange };

  async function note({ here, about, act, why, payload }: Noted): Promise<void> {
    const { clientId, organisationId } = about.relyingParty;
    await approvals.ask({ act, subject: clientId, organisationId, askedBy: here.citizenId, why, payload });
  }

  async function isWaiting({ clientId, act, payload }: Asked): Promise<boolean> {
    const waiting = await approvals.list({ state: 'waiting', act, subject: clientId });
    const asked = payload === undefined ? undefined : canonical(payload);
    return waiting.some((each) => asked === undefined || canonical(each.payload) === asked);
  }

  /** Newest first, with what became of each. */
  async function listLatest({ clientId, organisationId }: { clientId: string; organisationId: string }) {
    const asked = await approvals.list({ organisationId, subject: clientId });
    return asked.slice(0, LATEST).map(({ act, state, askedAt, why, decided }): RequestShown => {
      const answer = decided === undefined ? undefined : { why: decided.why };
      return { act, state, askedAt, why, decided: isOvertaken({ decided }) ? 'overtaken' : answer };
    });
  }

  async function ask(ctx: Context, { reasons, ...noted }: Noted & { reasons: readonly string[] }): Promise<void> {
    await note(noted);
    sendPage(ctx, askedForApproval(noted.about.text, { ...noted.about.shown, reasons }));
  }

  function askForChange(ctx: Context, { change, reasons, ...of }: AskedForChange): Promise<void> {
    return ask(ctx, { ...of, act: actOf(reasons), why: change.note, payload: change, reasons });
  }
}

export type AskSecondPerson = ReturnType<typeof createAskSecondPerson>;

/** The database keeps members in an order of its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
