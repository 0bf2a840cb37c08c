import { rowId } from '#platform/ids.ts';
import { fingerprintOf } from '#relying-parties/acceptance/fingerprint.ts';
import type { TestProvider } from './provider.ts';

/** As if a run had just ended so for what is registered now; the real ones are in tests/relying-parties and tests/demo. */
export async function recordOutcome(
  { services }: TestProvider,
  { clientId, state }: { clientId: string; state: 'green' | 'red' },
): Promise<void> {
  const relyingParty = await services.registry.relyingParties.find(clientId);
  if (relyingParty === undefined) throw new Error(`there is no ${clientId}`);
  const at = new Date(services.clock.now());
  await services.database
    .withTables<{ acceptance_runs: Record<string, string | number | Date> }>()
    .insertInto('acceptance_runs')
    .values({
      ...{ id: rowId(), client_id: clientId, revision: relyingParty.revision, occasion: 'asked', asked_by: 'tests' },
      ...{ fingerprint: fingerprintOf(relyingParty), state, attempts: 1, asked_at: at, ended_at: at },
    })
    .execute();
}
