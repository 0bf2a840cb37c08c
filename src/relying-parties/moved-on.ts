import { isCarriedOut, readGoesLive, readWaitingChange } from './approved-acts.ts';
import type { AskedAbout } from './asked-about-store.ts';
import type { GoesLive } from './go-live.ts';
import type { RelyingParty } from './relying-party.ts';

type Waiting = { id: string; act: string; subject: string; payload: unknown };

type Needs = {
  listAskedAbout(clientIds: readonly string[]): Promise<ReadonlyMap<string, AskedAbout>>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
};

const ABOUT_REGISTRATIONS: readonly string[] = ['go-live', 'change-production', 'weaken-security'];

/** Which requests no yes can be for any more, because what they were asked about is gone; of a whole queue at once. */
export function createListMovedOn({ listAskedAbout, findRelyingParty }: Needs) {
  return async (waiting: readonly Waiting[]): Promise<string[]> => {
    const ours = waiting.filter(({ act }) => ABOUT_REGISTRATIONS.includes(act));
    const abouts = await listAskedAbout([...new Set(ours.map(({ subject }) => subject))]);
    const judged = await Promise.all(
      ours.map(async (each) => ({ id: each.id, isGone: await isGone(each, abouts.get(each.subject)) })),
    );
    return judged.flatMap(({ id, isGone: gone }) => (gone ? [id] : []));
  };

  async function isGone({ act, subject, payload }: Waiting, about: AskedAbout | undefined): Promise<boolean> {
    if (about === undefined) return false;
    if (act === 'go-live') {
      const asked = readGoesLive(payload);
      return asked !== undefined && goesLiveNoMore(asked, about);
    }
    const change = readWaitingChange(payload);
    if (change === undefined || about.revision <= change.expectedRevision) return false;
    // Few come so far, and each of them once: it is closed, or was carried out.
    const now = await findRelyingParty(subject);
    const isBehind = now === undefined || now.revision <= change.expectedRevision;
    return !isBehind && !isCarriedOut(now, change);
  }
}

function goesLiveNoMore(asked: GoesLive, { state, revision, versions }: AskedAbout): boolean {
  if (state !== 'not-live') return false;
  if (revision > asked.revision) return true;
  const then = versions.find(({ version }) => version === asked.agreement);
  if (then?.state !== 'proposed' && then?.state !== 'approved') return true;
  return versions.some((each) => each.state === 'proposed' && each.version > asked.agreement);
}
