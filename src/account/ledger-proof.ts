import type { Context } from 'koa';
import type { FindLedgerProof } from '#audit/ledger-proof.ts';
import { Refusal } from '#platform/http/refusal.ts';
import type { CitizenHere } from './citizen-here.ts';

/** A line of the activity with the proof that it stands in the sealed ledger, as a file that is checked without us. */
export function createLedgerProofStep({
  citizenHere,
  findProof,
}: {
  citizenHere: CitizenHere;
  findProof: FindLedgerProof;
}) {
  return {
    async download(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const asked = String(ctx.params.event);
      if (!/^\d{1,15}$/.test(asked)) throw new Refusal('not-found', 404);
      const eventId = Number(asked);
      const found = await findProof({ eventId, citizenId: here.citizen.id });
      if (found.outcome === 'not-theirs') throw new Refusal('not-found', 404);
      // A line is sealed within a minute of what it tells.
      if (found.outcome === 'not-sealed-yet') throw new Refusal('unavailable', 503, { retryAfterSeconds: 60 });
      ctx.set('Content-Disposition', `attachment; filename="panjereh-proof-${eventId}.json"`);
      ctx.type = 'json';
      ctx.body = `${JSON.stringify(found.proof, null, 1)}\n`;
    },
  };
}
