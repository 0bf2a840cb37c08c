import { openEmbedded } from '#tests/support/servers.ts';
import { logoutOutboxKeepsItsContract } from './logout-outbox-contract.ts';
import { relyingPartyStoresKeepTheirContract } from './stores-contract.ts';

relyingPartyStoresKeepTheirContract('the embedded database', openEmbedded);
logoutOutboxKeepsItsContract('the embedded database', openEmbedded);
