import type { AuditStore } from '#audit/audit-store.ts';
import type { AuditEvents } from '#audit/events.ts';
import type { IncidentsStore } from '#citizens/incidents-store.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import type { KeySetReader } from '#signing-keys/exposure/jwks-fetch.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import type { ConsoleRoute } from '../console-route.ts';
import { createExposureStep } from './exposure.ts';
import { createIncidentSteps } from './incident.ts';
import { createIncidentsStep } from './incidents.ts';
import { createKeysStep } from './keys.ts';
import type { FindCitizen } from './people-shown.ts';
import { createRevokeStep } from './revoke.ts';
import { createRotateStep } from './rotate.ts';

export type SecurityNeeds = {
  consoleFrames: ConsoleFrames;
  signingKeys: Pick<
    SigningKeys,
    'status' | 'openRequests' | 'listKeys' | 'rotate' | 'requestRevocation' | 'approveRevocation' | 'exposure'
  >;
  /** Plans and writes nothing. */
  rehearsal: Pick<SigningKeys, 'rotate'>;
  exposure: { listReaders(): Promise<KeySetReader[]>; flush(): Promise<void> };
  incidents: Omit<IncidentsStore, 'report' | 'countOpen'>;
  auditStore: Pick<AuditStore, 'listOf'>;
  audit: Pick<AuditEvents, 'incidentWorked' | 'incidentClosed'>;
  findCitizen: FindCitizen;
  findAnyRelyingParty(clientId: string): Promise<Pick<RelyingParty, 'name'> | undefined>;
};

/** The security team's part of the console: the signing keys, and what citizens reported. */
export function securityRoutes(needs: SecurityNeeds): ConsoleRoute[] {
  const rotate = createRotateStep(needs);
  const revoke = createRevokeStep(needs);
  const incident = createIncidentSteps(needs);
  const [change, work] = ['keys:change', 'incidents:work'] as const;
  return [
    { method: 'GET', path: '/console/keys', needs: 'keys:read', answer: createKeysStep(needs) },
    { method: 'GET', path: '/console/keys/exposure', needs: 'keys:read', answer: createExposureStep(needs) },
    { method: 'GET', path: '/console/keys/rotate', needs: change, answer: rotate.show },
    { method: 'POST', path: '/console/keys/rotate', needs: change, answer: rotate.submit },
    { method: 'GET', path: '/console/keys/revoke', needs: change, answer: revoke.show },
    { method: 'POST', path: '/console/keys/revoke', needs: change, answer: revoke.ask },
    { method: 'POST', path: '/console/keys/approve', needs: change, answer: revoke.approve },
    { method: 'GET', path: '/console/incidents', needs: 'incidents:read', answer: createIncidentsStep(needs) },
    { method: 'GET', path: '/console/incidents/:incident', needs: 'incidents:read', answer: incident.show },
    { method: 'POST', path: '/console/incidents/:incident/take', needs: work, answer: incident.take },
    { method: 'POST', path: '/console/incidents/:incident/let-go', needs: work, answer: incident.letGo },
    { method: 'POST', path: '/console/incidents/:incident/close', needs: work, answer: incident.close },
  ];
}
