import { createWalk, type HereIn, type WalkNeeds } from '#journeys/walk.ts';
import type { EnrolmentAt, EnrolmentOutcome, Enrolments, EnrolmentView } from '#proofing/enrolment.ts';
import type { Interactions } from '#protocol/interactions.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Asker } from '#views/components.ts';

export type WayNeeds = WalkNeeds & {
  enrolments: Enrolments;
  interactions: Pick<Interactions, 'findRequest'>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
};

/** The page of each place on the way; the address says which question it is, and nothing about the citizen. */
export const PAGE_OF: Readonly<Record<EnrolmentAt, string>> = {
  identity: '/enrol/identity',
  phone: '/enrol/phone',
  'phone-owner': '/enrol/phone-owner',
  'phone-code': '/enrol/code',
  waiting: '/enrol/waiting',
  password: '/enrol/password',
  passkey: '/enrol/passkey',
  'recovery-codes': '/enrol/recovery-codes',
  done: '/enrol/done',
  ended: '/enrol/ended',
};

export type Here = HereIn<EnrolmentView, { asker: Asker | undefined }>;
export type Refused = Extract<EnrolmentOutcome, { outcome: 'refused' }>;
export type Way = ReturnType<typeof createWay>;

export function createWay({ enrolments, interactions, findRelyingParty, ...needs }: WayNeeds) {
  return createWalk(needs, {
    pages: PAGE_OF,
    gone: '/enrol/gone',
    find: enrolments.find,
    act: enrolments.act,
    placeAfter: ({ enrolment }) => enrolment?.at,
    alsoShown: async (view: EnrolmentView) => ({ asker: await askerOf(view) }),
  });

  async function askerOf({ resume }: EnrolmentView): Promise<Asker | undefined> {
    const request = resume === undefined ? undefined : await interactions.findRequest(resume.interactionUid);
    const relyingParty = request === undefined ? undefined : await findRelyingParty(request.clientId);
    return relyingParty === undefined ? undefined : { name: relyingParty.name };
  }
}
