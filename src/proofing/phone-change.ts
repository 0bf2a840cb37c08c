import type { AuditEvents } from '#audit/events.ts';
import type { Citizen } from '#citizens/citizen.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';
import type { CredentialProofs } from '#citizens/credential-proofs.ts';
import { type MobileNumber, readMobileNumber } from '#citizens/mobile-number.ts';
import type { OneTimeCodes } from '#citizens/one-time-codes.ts';
import type { TextMessages } from '#citizens/text-messages.ts';
import { MINUTE } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import type { StateStore } from '#platform/state-store.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { StepFrom } from './journey.ts';
import type { Tries } from './tries.ts';
import type { Verifications } from './verifications.ts';

/**
 * A citizen who is signed in corrects their number: it must be registered to them and be at hand. What is typed is
 * kept on our side alone between the two, and neither of them can be left out.
 */
export type PhoneChange = {
  /** Asks whose number it is, and sends a code to it. Throws LimitsUnavailable. */
  begin(asked: Place & { citizen: Citizen; phone: string; from: StepFrom }): Promise<Begun>;
  /** To the same number once more. */
  sendAgain(of: Place & { citizenId: string; from: StepFrom }): Promise<Begun>;
  /** The number that waits for its code. */
  pending(of: Place & { citizenId: string }): Promise<MobileNumber | undefined>;
  /** `proof` is of the purpose `change-phone`, and used up by a right code alone. */
  confirm(typed: Place & { citizenId: string; code: string; proof: string }): Promise<Confirmed>;
};

/** The page's place: this citizen's session in this browser. */
type Place = { binding: string };

export type Begun =
  | { outcome: 'sent' | 'late' }
  | { outcome: 'malformed' | 'same' | 'somebody-else' | 'unavailable' | 'not-sent' | 'nothing-begun' }
  | { outcome: 'slow-down'; retryAfterMs: number };

type Confirmed = { outcome: 'changed' } | { outcome: 'wrong'; triesLeft: number } | { outcome: 'expired' | 'no-proof' };

/** As long as the sign-in that opened the page is fresh. */
const LIVES = 10 * MINUTE;

type PhoneChangeNeeds = {
  citizens: Pick<CitizensStore, 'findById' | 'changePhone'>;
  verifications: Pick<Verifications, 'ownership'>;
  codes: Pick<OneTimeCodes, 'send' | 'check'>;
  proofs: Pick<CredentialProofs, 'consume'>;
  evidence: Pick<EvidenceStore, 'attach'>;
  textMessages: Pick<TextMessages, 'owe'>;
  tries: Tries;
  store: Pick<StateStore, 'read' | 'write' | 'remove'>;
  sealer: Sealer;
  keyedHash: KeyedHash;
  audit: Pick<AuditEvents, 'factorChanged'>;
};

export function createPhoneChange(needs: PhoneChangeNeeds): PhoneChange {
  const { citizens, verifications, codes, proofs, evidence, textMessages, tries, store, sealer, keyedHash, audit } =
    needs;
  const keyOf = ({ citizenId, binding }: Place & { citizenId: string }) =>
    `phone-change:${keyedHash(JSON.stringify(['phone-change', citizenId, binding]))}`;

  async function find(place: Place & { citizenId: string }) {
    const key = keyOf(place);
    const { phone, journey } = (await store.read(key))?.fields ?? {};
    if (phone === undefined || journey === undefined) return undefined;
    const number = readMobileNumber(sealer.unseal(phone, key).toString());
    return number === undefined ? undefined : { number, journeyId: journey };
  }

  async function sendCode(place: Place, { number, from }: { number: MobileNumber; from: StepFrom }): Promise<Begun> {
    const sent = await codes.send({ ...codeOf(place, number), phone: number, ...from });
    if (sent.outcome === 'slow-down') return sent;
    return { outcome: sent.outcome === 'unavailable' ? 'not-sent' : sent.outcome };
  }

  return {
    async begin({ citizen, binding, phone: typed, from }) {
      const number = readMobileNumber(typed);
      if (number === undefined) return { outcome: 'malformed' };
      if (number === citizen.phone) return { outcome: 'same' };
      const tried = await tries.take({ about: citizen.nationalCode, device: binding, network: from.network });
      if (tried.outcome === 'slow-down') return tried;
      const journeyId = rowId();
      const answer = await verifications.ownership(journeyId, { nationalCode: citizen.nationalCode, phone: number });
      if (answer !== 'owner') return { outcome: answer };
      await tried.giveBack();
      const key = keyOf({ citizenId: citizen.id, binding });
      const set = { phone: sealer.seal(number, key), journey: journeyId };
      await store.write(key, { set, expiresInMs: LIVES });
      return sendCode({ binding }, { number, from });
    },

    async sendAgain({ citizenId, binding, from }) {
      const found = await find({ citizenId, binding });
      return found === undefined ? { outcome: 'nothing-begun' } : sendCode({ binding }, { number: found.number, from });
    },

    pending: async (place) => (await find(place))?.number,

    async confirm({ citizenId, binding, code, proof }) {
      const found = await find({ citizenId, binding });
      if (found === undefined) return { outcome: 'expired' };
      const { number, journeyId } = found;
      const checked = await codes.check({ ...codeOf({ binding }, number), code });
      if (checked.outcome === 'wrong') return checked;
      if (checked.outcome === 'expired' || checked.phone !== number) return { outcome: 'expired' };
      if (!(await proofs.consume({ citizenId, purpose: 'change-phone', binding, proof })))
        return { outcome: 'no-proof' };
      await save(citizenId, { number, journeyId });
      await store.remove([keyOf({ citizenId, binding })]);
      await audit.factorChanged({ citizenId, factor: 'phone', act: 'changed', factorId: undefined });
      return { outcome: 'changed' };
    },
  };

  /**
   * The number before is told in the same transaction: it may be the citizen's still, and this a thief. The evidence is
   * attached in it as well, for nothing could be done again once the number is another.
   */
  async function save(
    citizenId: string,
    { number: phone, journeyId }: { number: MobileNumber; journeyId: string },
  ): Promise<void> {
    const citizen = await citizens.findById(citizenId);
    if (citizen === undefined) throw new Error('the citizen whose number is changed is gone');
    const { phone: before, language = 'fa', identityLevel } = citizen;
    await citizens.changePhone(citizenId, {
      phone,
      // The number says nothing about an identity that the registry never matched.
      identityLevel: identityLevel === 'self-asserted' ? identityLevel : 'registry-and-phone-matched',
      async alongside(transaction) {
        await evidence.attach({ journeyId, citizenId }, transaction);
        if (before === undefined) return;
        const values = { factor: 'phone', act: 'changed' };
        await textMessages.owe({ to: before, kind: 'factor-changed', language, values }, transaction);
      },
    });
  }
}

/** The number is part of the binding: a code for the number before is worth nothing. */
function codeOf({ binding }: Place, number: MobileNumber) {
  return { purpose: 'phone' as const, binding: `phone-change:${binding}:${number}` };
}
