import { createWalk, type HereIn, type WalkNeeds } from '#journeys/walk.ts';
import type { Recoveries, RecoveryAt, RecoveryOutcome, RecoveryView } from '#proofing/recovery.ts';

export type WayNeeds = WalkNeeds & { recoveries: Recoveries };

/** The page of each place on the way back. */
export const PAGE_OF: Readonly<Record<RecoveryAt, string>> = {
  identity: '/recover/identity',
  code: '/recover/code',
  'known-password': '/recover/known-password',
  'second-proof': '/recover/second-proof',
  phone: '/recover/phone',
  'phone-code': '/recover/phone-code',
  'waiting-period': '/recover/waiting',
  password: '/recover/password',
  done: '/recover/done',
  ended: '/recover/ended',
};

export type Here = HereIn<RecoveryView, object>;
export type Refused = Extract<RecoveryOutcome, { outcome: 'refused' }>;
export type Way = ReturnType<typeof createWay>;

export function createWay({ recoveries, ...needs }: WayNeeds) {
  return createWalk(needs, {
    pages: PAGE_OF,
    gone: '/recover/gone',
    find: recoveries.find,
    act: recoveries.act,
    placeAfter: ({ recovery }) => recovery?.at,
    alsoShown: async () => ({}),
  });
}
