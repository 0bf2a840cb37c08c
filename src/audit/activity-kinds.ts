/** Which of the recorded events a citizen reads of themselves, and under which heading they are found. */
const ACTIVITY_KINDS = {
  'sign-ins': [
    'citizen.signed-in',
    'citizen.sign-in-refused',
    'second-factor.slowed-down',
    'passkey.refused',
    'session.ended',
  ],
  services: [
    'authorization.granted',
    'claims.released',
    'consent.given',
    'consent.refused',
    'consent.withdrawn',
    'claims.attached',
    'claims.renewed',
    'claims.not-attached',
    'claims.detached',
  ],
  account: [
    'citizen.enrolled',
    'factor.changed',
    'recovery-code.used',
    'device.remembered',
    'device.forgotten',
    'recovery.waits',
    'recovery.completed',
    'recovery.stopped',
    'incident.reported',
    'incident.closed',
    'data.asked-for',
    'data.downloaded',
    'account.closing-asked',
    'account.closing-stopped',
    'account.closed',
  ],
} as const satisfies Record<string, readonly string[]>;

export type ActivityKind = keyof typeof ACTIVITY_KINDS;
type ActivityEvent = (typeof ACTIVITY_KINDS)[ActivityKind][number];

const ALL: readonly string[] = Object.values(ACTIVITY_KINDS).flat();

export function isActivityKind(value: unknown): value is ActivityKind {
  return typeof value === 'string' && Object.hasOwn(ACTIVITY_KINDS, value);
}

export function isActivityEvent(name: string): name is ActivityEvent {
  return ALL.includes(name);
}

/** All of them where no kind is chosen. */
export function eventsOf(kind: ActivityKind | undefined): readonly string[] {
  return kind === undefined ? ALL : ACTIVITY_KINDS[kind];
}
