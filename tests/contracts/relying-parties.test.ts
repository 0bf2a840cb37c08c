import { connectDatabase } from '#platform/database/connect.ts';
import { logoutOutboxKeepsItsContract } from '#tests/relying-parties/logout-outbox-contract.ts';
import { relyingPartyStoresKeepTheirContract } from '#tests/relying-parties/stores-contract.ts';
import { migratedDatabase } from '#tests/support/servers.ts';

const postgres = async () => connectDatabase({ url: await migratedDatabase() });

relyingPartyStoresKeepTheirContract('PostgreSQL', postgres);
logoutOutboxKeepsItsContract('PostgreSQL', postgres);
