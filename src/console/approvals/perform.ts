import type { ApprovalAct, PerformAct } from '#operators/approvals.ts';
import type { createApprovedActs } from '#relying-parties/approved-acts.ts';
import type { createSourceApproval } from '#sources/source-approval.ts';
import { type createConsoleActs, readStageMove } from './console-acts.ts';

type Needs = {
  sourceApproval: Pick<ReturnType<typeof createSourceApproval>, 'connectSource'>;
  approvedActs: ReturnType<typeof createApprovedActs>;
  consoleActs: ReturnType<typeof createConsoleActs>;
};

/** The whole table: what each act does once a second person has said yes. */
export function performTable({ approvedActs, consoleActs, sourceApproval }: Needs): Record<ApprovalAct, PerformAct> {
  /** Organisations and relying parties are both suspended and let back. */
  const either =
    (relyingParty: PerformAct): PerformAct =>
    (approval) =>
      readStageMove(approval.payload) === undefined ? relyingParty(approval) : consoleActs.moveOrganisation(approval);

  return {
    'connect-organisation': consoleActs['connect-organisation'],
    'grant-operator': consoleActs['grant-operator'],
    'revoke-operator': consoleActs['revoke-operator'],
    suspend: either(approvedActs.suspend),
    resume: either(approvedActs.resume),
    'go-live': approvedActs['go-live'],
    'change-production': approvedActs['change-production'],
    'weaken-security': approvedActs['weaken-security'],
    'new-production-secret': approvedActs['new-production-secret'],
    'connect-source': sourceApproval.connectSource,
  };
}
