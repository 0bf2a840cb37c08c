import { createConsoleActs } from '#console/approvals/console-acts.ts';
import { performTable } from '#console/approvals/perform.ts';
import { createApprovals } from '#operators/approvals.ts';
import { createOperators } from '#operators/operators.ts';
import type { ClaimsSources } from '#sources/claims-sources.ts';
import { createSourceApproval } from '#sources/source-approval.ts';
import type { Foundation } from './foundation.ts';
import type { Registry } from './registry.ts';

export type ApprovalServices = ReturnType<typeof createApprovalServices>;

/** One queue, whoever asks: a page, the API or the schedule of acceptance; and what a second person's word carries out. */
export function createApprovalServices(
  { database, audit, clock }: Foundation,
  { registry, claimsSources }: { registry: Registry; claimsSources: ClaimsSources },
) {
  const { organisations, approvedActs } = registry;
  const operators = createOperators({ database, audit, clock });
  const sourceApproval = createSourceApproval({ claimsSources });
  const consoleActs = createConsoleActs({ organisations, operators });
  const perform = performTable({ approvedActs, consoleActs, sourceApproval });
  return {
    operators,
    approvals: createApprovals({
      database,
      perform,
      listMovedOn: async (waiting) =>
        (await Promise.all([registry.listMovedOn(waiting), sourceApproval.listMovedOn(waiting)])).flat(),
      hasWorkedFor: operators.hasWorkedFor,
      audit,
      clock,
    }),
  };
}
