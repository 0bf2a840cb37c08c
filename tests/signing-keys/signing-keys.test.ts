import { openEmbedded } from '#tests/support/servers.ts';
import { signingKeysContract } from './signing-keys-contract.ts';
import { signingKeysDisasters } from './signing-keys-disasters.ts';

signingKeysContract('the ring on the embedded database', openEmbedded);
signingKeysDisasters('disasters on the embedded database', openEmbedded);
