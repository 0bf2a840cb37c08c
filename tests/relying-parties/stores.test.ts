import { connectDatabase } from '#platform/database/connect.ts';
import { logoutOutboxKeepsItsContract } from './logout-outbox-contract.ts';
import { relyingPartyStoresKeepTheirContract } from './stores-contract.ts';

const embedded = () => connectDatabase({ embeddedIn: 'memory' });

relyingPartyStoresKeepTheirContract('the embedded database', embedded);
logoutOutboxKeepsItsContract('the embedded database', embedded);
