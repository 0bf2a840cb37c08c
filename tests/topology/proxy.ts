import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary } from '#tests/support/binaries.ts';
import { makeCertificate } from '#tests/support/certificate.ts';
import { type RunningProcess, startProcess, waitUntil } from '#tests/support/processes.ts';

export type TlsProxy = { process: RunningProcess; certificate: string };

type At = {
  folder: string;
  port: number;
  instances: readonly [number, number];
};

/** HAProxy with deploy/haproxy.cfg, in which nothing but addresses and the place of the certificate is replaced. */
export async function startProxy({ folder, port, instances: [one, two] }: At): Promise<TlsProxy> {
  const certificate = makeCertificate(folder);
  const replaced = [
    ['bind *:8443', `bind 127.0.0.1:${port}`],
    ['/run/secrets/tls.pem', join(folder, 'tls.pem')],
    ['provider-one:3000', `127.0.0.1:${one}`],
    ['provider-two:3000', `127.0.0.1:${two}`],
  ].reduce((text, [from = '', to = '']) => replaceOnce(text, { from, to }), readFileSync('deploy/haproxy.cfg', 'utf8'));
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, replaced);
  const process = await startProcess({ command: findBinary('haproxy'), args: ['-db', '-f', file] });
  await waitUntil(() => answersAt(port), { what: 'HAProxy' }).catch((cause: unknown) => {
    throw new Error(process.output(), { cause });
  });
  return { process, certificate };
}

function replaceOnce(text: string, { from, to }: { from: string; to: string }): string {
  if (text.split(from).length !== 2) throw new Error(`deploy/haproxy.cfg does not say "${from}" exactly once`);
  return text.replace(from, to);
}

async function answersAt(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`);
    return true;
  } catch (error) {
    // It speaks TLS and hangs up on plain HTTP: that is an answer too.
    const cause = error instanceof Error ? error.cause : undefined;
    return !(cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED');
  }
}
