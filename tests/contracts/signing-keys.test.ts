import { connectDatabase } from '#platform/database/connect.ts';
import { signingKeysContract } from '#tests/signing-keys/signing-keys-contract.ts';
import { signingKeysDisasters } from '#tests/signing-keys/signing-keys-disasters.ts';
import { migratedDatabase } from '#tests/support/servers.ts';

const url = await migratedDatabase();
signingKeysContract('the ring on PostgreSQL', () => connectDatabase({ url }));
signingKeysDisasters('disasters on PostgreSQL', () => connectDatabase({ url }));
