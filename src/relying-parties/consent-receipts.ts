import { decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { inSeconds } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import { LEGAL_BASES } from './agreed-demands.ts';
import type { ConsentReceiptsStore, KeptReceipt } from './consent-receipts-store.ts';
import type { Consent } from './consents-store.ts';
import type { ReceiptKeys } from './receipt-keys.ts';
import type { RelyingParty } from './relying-party.ts';

/**
 * What a citizen keeps of every decision about a relying party, signed, so that anybody can check it without us:
 * demo/check-consent-receipt.ts does. The names of its members follow ISO/IEC TS 27560:2023 where it has one.
 */
export type ConsentReceipts = {
  /** Writes and signs it; the answer keeps it, in the transaction of the decision. */
  issue(decision: Decision): Promise<(transaction: Database) => Promise<void>>;
  listOf(citizenId: string, options: { limit: number }): Promise<KeptReceipt[]>;
  find(of: { id: string; citizenId: string }): Promise<{ receipt: KeptReceipt; content: ReceiptContent } | undefined>;
  publicKeys: ReceiptKeys['publicKeys'];
};

type Decision = {
  act: KeptReceipt['act'];
  citizenId: string;
  clientId: string;
  /** As it is now: the purposes are those of its agreement. Undefined when it is not registered any more. */
  relyingParty: Pick<RelyingParty, 'name' | 'organisationId' | 'agreement'> | undefined;
  /** What is allowed from now on; what was allowed until now where it is taken back. */
  consent: Consent;
};

const name = z.object({ fa: z.string(), en: z.string() });

const contentShape = z.object({
  iss: z.string(),
  iat: z.number(),
  jti: z.string(),
  schema_version: z.literal('panjereh-consent-receipt-1'),
  /** The citizen, by the name that the organisation knows them by, and nobody else does. */
  pii_principal_id: z.string().optional(),
  event: z.object({
    event_time: z.string(),
    event_type: z.literal('explicit'),
    event_state: z.enum(['given', 'withdrawn']),
  }),
  pii_controller: z.object({ party_id: z.string(), organisation_id: z.string().optional(), party_name: name }),
  jurisdiction: z.literal('IR'),
  purposes: z.array(
    z.object({
      pii_type: z.string(),
      purpose: name.optional(),
      pii_optional: z.boolean(),
      lawful_basis: z.enum(LEGAL_BASES).optional(),
      retention_days: z.number().optional(),
    }),
  ),
  /** Asked for and not allowed. */
  refused: z.array(z.string()),
  scopes: z.array(z.string()),
  /** Scopes of other services that it may use in the citizen's name. */
  resources: z.record(z.string(), z.array(z.string())),
  /** While the citizen is not signed in, too. */
  offline: z.boolean(),
  withdrawal_method: z.string(),
  keys: z.string(),
});

type ReceiptContent = z.infer<typeof contentShape>;

/** Under the issuer: the keys that receipts are checked by, as long as there are receipts. */
export const RECEIPT_KEYS_PATH = '/consent-receipt-keys';

type ConsentReceiptsNeeds = {
  store: ConsentReceiptsStore;
  keys: ReceiptKeys;
  subjectFor(of: { citizenId: string; sector: string }): Promise<string>;
  issuer: string;
  clock: Clock;
};

export function createConsentReceipts({
  store,
  keys,
  subjectFor,
  issuer,
  clock,
}: ConsentReceiptsNeeds): ConsentReceipts {
  async function contentOf(decision: Decision, { id, at }: { id: string; at: number }): Promise<ReceiptContent> {
    const { act, citizenId, clientId, relyingParty, consent } = decision;
    const organisationId = relyingParty?.organisationId;
    const agreed = new Map(relyingParty?.agreement.claims.map((claim) => [claim.claim, claim]));
    return {
      iss: issuer,
      iat: inSeconds(at),
      jti: id,
      schema_version: 'panjereh-consent-receipt-1',
      ...(organisationId !== undefined && {
        pii_principal_id: await subjectFor({ citizenId, sector: organisationId }),
      }),
      event: { event_time: new Date(at).toISOString(), event_type: 'explicit', event_state: act },
      pii_controller: {
        party_id: clientId,
        ...(organisationId !== undefined && { organisation_id: organisationId }),
        party_name: relyingParty?.name ?? { fa: clientId, en: clientId },
      },
      jurisdiction: 'IR',
      purposes: consent.claims.map((claim) => {
        const { purpose, required = true, legalBasis, retentionDays } = agreed.get(claim) ?? {};
        return {
          pii_type: claim,
          ...(purpose !== undefined && { purpose }),
          pii_optional: !required,
          ...(legalBasis !== undefined && { lawful_basis: legalBasis }),
          ...(retentionDays !== undefined && { retention_days: retentionDays }),
        };
      }),
      refused: [...consent.refusedClaims],
      scopes: [...consent.scopes],
      resources: Object.fromEntries(Object.entries(consent.resources).map(([at, scopes]) => [at, [...scopes]])),
      offline: consent.scopes.includes('offline_access'),
      withdrawal_method: `${issuer}/account/services`,
      keys: `${issuer}${RECEIPT_KEYS_PATH}`,
    };
  }

  return {
    async issue(decision) {
      const { act, citizenId, clientId } = decision;
      const [id, at] = [rowId(), clock.now()];
      const jws = await keys.sign(await contentOf(decision, { id, at }));
      return (transaction) => store.add({ id, citizenId, clientId, act, at, jws }, transaction);
    },
    listOf: store.listOf,
    async find(of) {
      const receipt = await store.find(of);
      return receipt && { receipt, content: contentFrom(receipt.jws) };
    },
    publicKeys: keys.publicKeys,
  };
}

/** Read from what was signed, and from nothing beside it. The signature is for those who have it from elsewhere. */
function contentFrom(jws: string): ReceiptContent {
  if (decodeProtectedHeader(jws).typ !== 'consent-receipt+jwt') throw new Error('a kept receipt is no receipt');
  return contentShape.parse(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()));
}
