import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary } from './binaries.ts';

/** For this name, made out to itself; tls.pem holds its key too. Answers the certificate. */
export function makeCertificate(folder: string, { name = 'localhost' }: { name?: string } = {}): string {
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  execFileSync(
    findBinary('openssl'),
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  const text = readFileSync(certificate, 'utf8');
  writeFileSync(join(folder, 'tls.pem'), text + readFileSync(key, 'utf8'), { mode: 0o600 });
  return text;
}
