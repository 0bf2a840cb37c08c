import { z } from 'zod';
import type { ApprovalFault, PerformAct } from '#operators/approvals.ts';
import type { Operators } from '#operators/operators.ts';
import { ROLES, type Role } from '#operators/permissions.ts';
import type { OrganisationStage } from '#relying-parties/organisation.ts';
import type { Organisations } from '#relying-parties/organisations.ts';

/** An organisation that asks to be let in; whoever asks becomes its first member of staff. */
export const ORGANISATION_ASKS = { of: 'organisation-request' } as const;

const asksToBegin = z.strictObject({ of: z.literal(ORGANISATION_ASKS.of) });

const stageMove = z.strictObject({
  of: z.literal('organisation-stage'),
  stage: z.enum(['in-technical-process', 'connected', 'suspended']),
});
type StageMove = z.infer<typeof stageMove>;

/** These stages are reached by a second person's word alone: they open and close the way to citizens. */
export function secondPersonFor(stage: OrganisationStage, from: OrganisationStage): StageMove['stage'] | undefined {
  if (stage === 'connected' || stage === 'suspended') return stage;
  return from === 'suspended' && stage === 'in-technical-process' ? stage : undefined;
}

const roleGrant = z.strictObject({
  citizenId: z.string(),
  role: z.enum(ROLES),
  organisationId: z.string().optional(),
});
export type RoleGrant = z.infer<typeof roleGrant>;

type OfRole = { citizenId: string; role: string; organisationId?: string | undefined };

export function isSameRole(one: OfRole, other: OfRole): boolean {
  const isOf = one.citizenId === other.citizenId && one.role === other.role;
  return isOf && one.organisationId === other.organisationId;
}

/** Who decides or watches over others is not put out by one of them alone. */
const WATCHES: ReadonlySet<Role> = new Set<Role>(['ministry', 'security', 'auditor']);

export function secondPersonToTakeAway(role: Role): boolean {
  return WATCHES.has(role);
}

/** What a person who decides is shown; undefined for what is none of these. */
export function readRoleGrant(payload: unknown): RoleGrant | undefined {
  const read = roleGrant.safeParse(payload);
  return read.success ? read.data : undefined;
}

export function readStageMove(payload: unknown): StageMove | undefined {
  const read = stageMove.safeParse(payload);
  return read.success ? read.data : undefined;
}

export function isOrganisationRequest(payload: unknown): boolean {
  return asksToBegin.safeParse(payload).success;
}

type Needs = {
  organisations: Pick<Organisations, 'find' | 'moveTo'>;
  operators: Pick<Operators, 'grant' | 'revoke'>;
};

/** What a second person's word carries out about organisations and operators. Done twice it is as if done once. */
export function createConsoleActs({ organisations, operators }: Needs) {
  async function moveTo(id: string, stage: OrganisationStage, said: { by: string; why: string }) {
    if ((await organisations.find(id))?.stage === stage) return [];
    const moved = await organisations.moveTo({ id, stage, ...said });
    return moved.outcome === 'moved' ? [] : [{ path: 'stage', reason: moved.outcome }];
  }

  const move: PerformAct = async ({ subject, approvedBy, why, payload }) => {
    const asked = readStageMove(payload);
    if (asked === undefined) return [{ path: 'payload', reason: 'not-a-change' }];
    return moveTo(subject, asked.stage, { by: approvedBy, why });
  };

  const begin: PerformAct = async ({ subject, askedBy, approvedBy, why }) => {
    const faults = await moveTo(subject, 'in-technical-process', { by: approvedBy, why });
    if (faults.length > 0) return faults;
    return grant({ citizenId: askedBy, role: 'university-staff', organisationId: subject }, { by: approvedBy, why });
  };

  async function grant(
    { citizenId, role, organisationId }: RoleGrant,
    said: { by: string; why: string },
  ): Promise<readonly ApprovalFault[]> {
    const granted = await operators.grant({
      citizenId,
      role,
      ...(organisationId === undefined ? {} : { organisationId }),
      ...said,
    });
    return granted === 'wrong-organisation' ? [{ path: 'organisation', reason: granted }] : [];
  }

  return {
    moveOrganisation: move,
    'connect-organisation': (approval: Parameters<PerformAct>[0]) =>
      isOrganisationRequest(approval.payload) ? begin(approval) : move(approval),

    async 'grant-operator'({ askedBy, approvedBy, why, payload }: Parameters<PerformAct>[0]) {
      const asked = readRoleGrant(payload);
      if (asked === undefined) return [{ path: 'payload', reason: 'not-a-change' }];
      // The second person is not the one who receives it: of two people one would have to say yes to themselves.
      if (asked.citizenId === approvedBy) return [{ path: 'citizen', reason: 'receives-it' }];
      return grant(asked, { by: askedBy, why });
    },

    async 'revoke-operator'({ askedBy, why, payload }: Parameters<PerformAct>[0]) {
      const asked = readRoleGrant(payload);
      if (asked === undefined) return [{ path: 'payload', reason: 'not-a-change' }];
      const { organisationId, ...of } = asked;
      await operators.revoke({
        ...of,
        ...(organisationId === undefined ? {} : { organisationId }),
        ...{ by: askedBy, why },
      });
      return [];
    },
  };
}
