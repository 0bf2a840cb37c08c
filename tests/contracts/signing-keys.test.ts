import { connectDatabase } from '#platform/database/connect.ts';
import { signingKeysContract } from '#tests/signing-keys/signing-keys-contract.ts';
import { signingKeysDisasters } from '#tests/signing-keys/signing-keys-disasters.ts';
import { ownDatabase } from '#tests/support/servers.ts';

const url = await ownDatabase();
signingKeysContract('the ring on PostgreSQL', () => connectDatabase({ url }));
signingKeysDisasters('disasters on PostgreSQL', () => connectDatabase({ url }));
