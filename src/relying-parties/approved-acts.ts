import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type MetadataFault, readClientMetadata } from './client-metadata.ts';
import type { ClientSecrets } from './client-secrets.ts';
import type { GoesLive, GoLive } from './go-live.ts';
import type { Changed, RegistrationChange, Registrations } from './registrations.ts';
import { secretIsUsed } from './relying-parties.ts';
import type { RelyingParty } from './relying-party.ts';
import type { Weakening } from './weakenings.ts';

/** An act as the approvals hand it back: who asked, who approves, and what was asked, read here as outside data. */
type Asked = { subject: string; askedBy: string; approvedBy: string; why: string; payload: unknown };
type Perform = (asked: Asked) => Promise<readonly MetadataFault[]>;

/** What a change of an entry in production is kept as while it waits. */
export type WaitingChange = { change: RegistrationChange; expectedRevision: number; note: string };

const waitingChange = z.strictObject({
  change: z.strictObject({
    name: z.strictObject({ fa: z.string(), en: z.string() }).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    securityProfile: z.enum(['default', 'fapi2']).optional(),
    testedAs: z.string().optional(),
  }),
  expectedRevision: z.int(),
  note: z.string(),
});

const goesLive = z.strictObject({ revision: z.int(), agreement: z.int() });

/** Undefined for what is no request to go live. */
export function readGoesLive(payload: unknown): GoesLive | undefined {
  const read = goesLive.safeParse(payload);
  return read.success ? read.data : undefined;
}

/** What lowers protection is asked for under that name; the rest reaches people in another way. */
const LOWERS: ReadonlySet<string> = new Set<Weakening>([
  'no-longer-told-of-sign-outs',
  'weaker-authentication',
  'weaker-algorithm',
  'leaves-fapi2',
  'no-longer-pushes-requests',
  'tokens-no-longer-bound',
  'lower-acr',
  'longer-session-accepted',
  'becomes-native',
]);

export function actOf(reasons: readonly string[]): 'weaken-security' | 'change-production' {
  return reasons.some((reason) => LOWERS.has(reason)) ? 'weaken-security' : 'change-production';
}

/** What a person who decides is shown: undefined for what is no change. */
export function readWaitingChange(payload: unknown): WaitingChange | undefined {
  const read = waitingChange.safeParse(payload);
  return read.success ? read.data : undefined;
}

type Needs = {
  registrations: Pick<Registrations, 'change' | 'suspend' | 'resume' | 'get'>;
  clientSecrets: Pick<ClientSecrets, 'permit'>;
  goLive: Pick<GoLive, 'goLive'>;
};

/**
 * What a second person's word carries out, for the table of the approvals. Whoever did not see it done may do it again:
 * what is so already is no fault.
 */
export function createApprovedActs({ registrations, clientSecrets, goLive }: Needs) {
  const change: Perform = async ({ subject: clientId, askedBy: by, approvedBy, payload }) => {
    const waiting = readWaitingChange(payload);
    if (waiting === undefined) return [{ path: 'payload', reason: 'not-a-change' }];
    const changed = await registrations.change({ by, approvedBy, clientId, ...waiting });
    if (changed.outcome === 'changed') {
      // The secret is made afterwards, by whoever asked: the second person allows that with the change.
      const { metadata, secrets } = changed.relyingParty;
      if (secretIsUsed(metadata.token_endpoint_auth_method) && secrets.length === 0)
        await clientSecrets.permit({ clientId, by, approvedBy });
      return [];
    }
    return isCarriedOut(await registrations.get(clientId), waiting) ? [] : faultsOf(changed);
  };

  return {
    'change-production': change,
    'weaken-security': change,

    'go-live': async ({ subject: clientId, askedBy: by, approvedBy, payload }: Asked) => {
      const went = await goLive.goLive({ clientId, by, approvedBy, asked: readGoesLive(payload) });
      switch (went.outcome) {
        case 'live':
        case 'already-live':
          return [];
        case 'missing':
          return went.steps.map((step) => ({ path: 'go_live', reason: step }));
        case 'agreement':
          return [{ path: 'agreement', reason: went.decided }];
        default:
          return [{ path: 'go_live', reason: went.outcome }];
      }
    },

    suspend: async ({ subject: clientId, askedBy: by, approvedBy, why }: Asked) => {
      if ((await registrations.get(clientId))?.state === 'suspended') return [];
      return faultsOf(await registrations.suspend({ by, approvedBy, clientId, why }));
    },

    resume: async ({ subject: clientId, askedBy: by, approvedBy, why }: Asked) => {
      if ((await registrations.get(clientId))?.state === 'active') return [];
      return faultsOf(await registrations.resume({ by, approvedBy, clientId, why }));
    },

    'new-production-secret': async ({ subject: clientId, askedBy: by, approvedBy }: Asked) => {
      const permitted = await clientSecrets.permit({ clientId, by, approvedBy });
      return permitted === 'permitted' ? [] : [{ path: 'secret', reason: permitted }];
    },
  } satisfies Record<string, Perform>;
}

function faultsOf(changed: Changed): readonly MetadataFault[] {
  switch (changed.outcome) {
    case 'changed':
      return [];
    case 'refused':
      return changed.faults;
    case 'needs-approval':
      return changed.reasons.map((reason) => ({ path: 'approval', reason }));
    default:
      return [{ path: 'change', reason: changed.outcome }];
  }
}

/** By somebody who died before they could say so: the next revision is this very change. */
export function isCarriedOut(now: RelyingParty | undefined, { change, expectedRevision }: WaitingChange): boolean {
  if (now?.revision !== expectedRevision + 1) return false;
  const wanted = Object.entries(asRegistered(change, now)).filter(([, value]) => value !== undefined);
  const is: Readonly<Record<string, unknown>> = { ...now };
  return wanted.every(([member, value]) => isDeepStrictEqual(is[member], value));
}

/** Members that were left out are registered as what they then are. */
export function asRegistered({ metadata, ...change }: RegistrationChange, now: RelyingParty): RegistrationChange {
  if (metadata === undefined) return change;
  const { environment, securityProfile } = now;
  const read = readClientMetadata(metadata, {
    environment,
    securityProfile: change.securityProfile ?? securityProfile,
  });
  return { ...change, metadata: read.outcome === 'read' ? read.metadata : metadata };
}
