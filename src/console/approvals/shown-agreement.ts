import type { Approval } from '#operators/approvals.ts';
import type { Agreements } from '#relying-parties/agreements.ts';
import { readGoesLive } from '#relying-parties/approved-acts.ts';
import type { AgreementShown } from '#views/console/approvals/decision.ts';

type Needs = { agreements: Pick<Agreements, 'history' | 'current'> };

/** The version of an agreement that a yes to going live approves, with what is in force already. */
export function createShownAgreement({ agreements }: Needs) {
  return async ({ payload, subject }: Approval): Promise<AgreementShown | undefined> => {
    const asked = readGoesLive(payload);
    if (asked === undefined) return undefined;
    const [history, current] = await Promise.all([agreements.history(subject), agreements.current(subject)]);
    const agreement = history.find(({ version }) => version === asked.agreement);
    return agreement && { terms: agreement.terms, known: current?.terms.claims.map(({ claim }) => claim) ?? [] };
  };
}
