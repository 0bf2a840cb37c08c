import { connectDatabase } from '#platform/database/connect.ts';
import { logoutOutboxKeepsItsContract } from '#tests/relying-parties/logout-outbox-contract.ts';
import { relyingPartyStoresKeepTheirContract } from '#tests/relying-parties/stores-contract.ts';
import { ownDatabase } from '#tests/support/servers.ts';

const postgres = async () => connectDatabase({ url: await ownDatabase() });

relyingPartyStoresKeepTheirContract('PostgreSQL', postgres);
logoutOutboxKeepsItsContract('PostgreSQL', postgres);
