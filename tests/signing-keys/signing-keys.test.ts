import { connectDatabase } from '#platform/database/connect.ts';
import { signingKeysContract } from './signing-keys-contract.ts';

signingKeysContract('the ring on the embedded database', () => connectDatabase({ embeddedIn: 'memory' }));
