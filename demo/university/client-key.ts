import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';

/** The key a university proves itself with (private_key_jwt): made at the first start, never leaves this machine. */
export type ClientKey = { kid: string; privateKey: CryptoKey; publicJwk: JWK };

const ALG = 'ES256';

export async function openClientKey({ folder, clientId }: { folder: string; clientId: string }): Promise<ClientKey> {
  const file = join(folder, `${clientId}-key.json`);
  const privateJwk = (await readKey(file)) ?? (await createKey({ folder, file }));
  const { kty, crv, x, y } = privateJwk;
  const publicJwk = { kty, crv, x, y } as JWK;
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateKey = await importJWK(privateJwk, ALG);
  if (privateKey instanceof Uint8Array)
    throw new Error(`${file} does not hold a private key; delete it and start again`);
  return { kid, privateKey, publicJwk: { ...publicJwk, kid, alg: ALG, use: 'sig' } };
}

async function readKey(file: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function createKey({ folder, file }: { folder: string; file: string }): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALG, { extractable: true });
  const jwk = await exportJWK(privateKey);
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' });
  return jwk;
}
