import { connectDatabase } from '#platform/database/connect.ts';
import { signingKeysContract } from './signing-keys-contract.ts';
import { signingKeysDisasters } from './signing-keys-disasters.ts';

signingKeysContract('the ring on the embedded database', () => connectDatabase({ embeddedIn: 'memory' }));
signingKeysDisasters('disasters on the embedded database', () => connectDatabase({ embeddedIn: 'memory' }));
