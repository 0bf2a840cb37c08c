import type { Context } from 'koa';
import { HOUR, inSeconds } from '#platform/durations.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { ConsentReceipts } from '#relying-parties/consent-receipts.ts';
import { receipt as receiptPage } from '#views/account/receipt.ts';
import type { CitizenHere } from './citizen-here.ts';

export type ReceiptNeeds = {
  citizenHere: CitizenHere;
  frames: PageFrames;
  receipts: Pick<ConsentReceipts, 'find' | 'publicKeys'>;
};

/** A receipt for a consent to print or to keep as a file, and the keys by which anybody checks one. */
export function createReceiptSteps({ citizenHere, frames, receipts }: ReceiptNeeds) {
  async function find(ctx: Context) {
    const here = await citizenHere(ctx);
    if (here === undefined) return undefined;
    const found = await receipts.find({ id: String(ctx.params.receipt), citizenId: here.citizen.id });
    if (found === undefined) throw new Refusal('not-found', 404);
    return found;
  }

  return {
    async show(ctx: Context): Promise<void> {
      const found = await find(ctx);
      if (found === undefined) return;
      const { content, receipt } = found;
      const { text, frame } = frames.of(ctx);
      const page = receiptPage(text, {
        frame,
        number: receipt.id,
        act: receipt.act,
        at: receipt.at,
        service: content.pii_controller.party_name,
        subject: content.pii_principal_id,
        claims: content.purposes.map(({ pii_type, purpose, pii_optional, lawful_basis, retention_days }) => ({
          ...{ claim: pii_type, purpose, isOptional: pii_optional, legalBasis: lawful_basis },
          retentionDays: retention_days,
        })),
        isOffline: content.offline,
        withdrawHref: content.withdrawal_method,
        keysHref: content.keys,
        jws: receipt.jws,
        fileHref: `/account/receipts/${receipt.id}/file`,
      });
      sendPage(ctx, page, { hasScript: true });
    },

    async download(ctx: Context): Promise<void> {
      const found = await find(ctx);
      if (found === undefined) return;
      const { content, receipt } = found;
      ctx.set('Content-Disposition', `attachment; filename="panjereh-receipt-${receipt.id}.json"`);
      ctx.type = 'json';
      ctx.body = `${JSON.stringify({ receipt: content, jws: receipt.jws }, null, 1)}\n`;
    },

    /** For anybody, from anywhere. */
    keys(ctx: Context): void {
      ctx.set('Access-Control-Allow-Origin', '*');
      ctx.set('Cache-Control', `public, max-age=${inSeconds(1 * HOUR)}`);
      ctx.type = 'application/jwk-set+json';
      ctx.body = `${JSON.stringify(receipts.publicKeys())}\n`;
    },
  };
}
