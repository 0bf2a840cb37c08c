import type { Context } from 'koa';
import type { Citizen } from '#citizens/citizen.ts';
import type { FactorsOf } from '#citizens/factors.ts';
import type { Evidence } from '#proofing/evidence.ts';
import { maskPhone } from '#proofing/journey.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { ConsentsStore } from '#relying-parties/consents-store.ts';
import type { CitizenSessions } from '#sessions/citizen-sessions.ts';
import { overview as overviewPage } from '#views/account/overview.ts';
import type { CitizenHere } from './citizen-here.ts';

export type OverviewNeeds = {
  citizenHere: CitizenHere;
  frames: PageFrames;
  evidence: { listOf(citizenId: string): Promise<Evidence[]> };
  factorsOf: FactorsOf;
  sessions: Pick<CitizenSessions, 'list'>;
  consents: Pick<ConsentsStore, 'listOf'>;
};

/** Who the citizen is to us, how well that was verified, and by what. */
export function createOverviewStep(needs: OverviewNeeds) {
  const { citizenHere, frames, evidence } = needs;

  async function countFor(citizenId: string) {
    const [factors, sessions, services] = await Promise.all([
      needs.factorsOf(citizenId),
      needs.sessions.list(citizenId),
      needs.consents.listOf(citizenId),
    ]);
    return {
      password: factors.hasPassword,
      passkeys: factors.passkeys,
      authenticators: factors.authenticators,
      recoveryCodes: factors.recoveryCodesLeft,
      sessions: sessions.length,
      services: services.length,
    };
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const { citizen } = here;
      const { text, frame } = frames.of(ctx);
      const page = overviewPage(text, {
        frame,
        ...shownOf(citizen),
        identityLevel: citizen.identityLevel,
        language: citizen.language,
        closesAt: citizen.closesAt,
        has: await countFor(citizen.id),
        news: ctx.query.news === 'phone' ? 'phone' : undefined,
        evidence: (await evidence.listOf(citizen.id)).map(({ source, method, at, transaction, result }) => ({
          source,
          method,
          at,
          transaction,
          result,
        })),
      });
      sendPage(ctx, page);
    },
  };
}

/** The owner knows the numbers; whoever looks over a shoulder need not read all of them. */
function shownOf({ nationalCode, phone, ...citizen }: Citizen) {
  return {
    name: { fa: `${citizen.givenName} ${citizen.familyName}`, en: latinNameOf(citizen) },
    birthDate: citizen.birthDate,
    maskedNationalCode: `${'•'.repeat(6)}${nationalCode.slice(-4)}`,
    maskedPhone: phone === undefined ? undefined : maskPhone(phone),
  };
}

function latinNameOf({
  givenName,
  familyName,
  givenNameLatin,
  familyNameLatin,
}: Omit<Citizen, 'nationalCode' | 'phone'>) {
  return givenNameLatin === undefined || familyNameLatin === undefined
    ? `${givenName} ${familyName}`
    : `${givenNameLatin} ${familyNameLatin}`;
}
