import { createAuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { createListCursor } from '#relying-parties/list-cursor.ts';
import { createOrganisations } from '#relying-parties/organisations.ts';
import { createOrganisationsStore } from '#relying-parties/organisations-store.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';

/** The registry of organisations on a database, as one instance has it; `recorded` collects the audit. */
export function aRegistryOfOrganisations(
  { database }: { database: Database },
  { clock = createFakeClock(), recorded = [] }: { clock?: Clock; recorded?: object[] } = {},
) {
  return createOrganisations({
    store: createOrganisationsStore({ database }),
    sealer: createSealer([{ id: 'k1', secret: Buffer.alloc(32, 7) }]),
    cursor: createListCursor(createKeyedHash(Buffer.alloc(32, 9))),
    audit: createAuditEvents(async (event) => void recorded.push(event)),
    clock,
  });
}
