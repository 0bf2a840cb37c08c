import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

/**
 * Checks, offline and with nothing but Node, that the provider signed a consent receipt:
 *
 *   node demo/check-consent-receipt.ts receipt.json keys.json
 *
 * `receipt.json` is what a citizen downloads beside a service they have allowed. `keys.json` is what the provider
 * publishes at /consent-receipt-keys, kept from a day on which you trusted it: the address that a receipt names is
 * only as good as the receipt.
 */
type Receipt = { receipt: Record<string, unknown>; jws: string };
type Keys = { keys: { kty: string; crv: string; x: string; kid: string }[] };

/** Why the receipt does not hold, or undefined. */
export function faultOf({ receipt, jws }: Receipt, { keys }: Keys): string | undefined {
  const parts = typeof jws === 'string' ? jws.split('.') : [];
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || parts.some((part) => !/^[\w-]+$/.test(part))) return 'it is no signed document';
  const { alg, typ, kid } = JSON.parse(text(header));
  if (alg !== 'EdDSA' || typ !== 'consent-receipt+jwt') return 'it is another kind of signed document';
  const key = keys.find((known) => known.kid === kid && known.kty === 'OKP' && known.crv === 'Ed25519');
  if (key === undefined) return 'it is signed by a key that is not among these';
  const publicKey = createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: 'jwk' });
  const isSigned = verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'));
  if (!isSigned) return 'the signature is not right';
  return isDeepStrictEqual(JSON.parse(text(payload)), receipt) ? undefined : 'what can be read is not what was signed';
}

function text(part: string): string {
  return Buffer.from(part, 'base64url').toString();
}

if (import.meta.main) {
  const [receiptFile, keysFile] = process.argv.slice(2);
  if (receiptFile === undefined || keysFile === undefined) {
    process.stderr.write('Usage: node demo/check-consent-receipt.ts receipt.json keys.json\n');
    process.exit(2);
  }
  const receipt = JSON.parse(readFileSync(receiptFile, 'utf8'));
  const fault = faultOf(receipt, JSON.parse(readFileSync(keysFile, 'utf8')));
  if (fault !== undefined) {
    process.stdout.write(`NOT PROVEN: ${fault}.\n`);
    process.exit(1);
  }
  const { iss, event, pii_controller: service, purposes } = receipt.receipt;
  const claims = purposes.map(({ pii_type: claim }: { pii_type: string }) => claim).join(', ') || 'no claim';
  process.stdout.write(
    `PROVEN: ${iss} signed that at ${event.event_time} consent was ${event.event_state} to ${service.party_name.en}: ${claims}.\n`,
  );
}
