import { fileURLToPath } from 'node:url';
import type { Agreement } from '#relying-parties/relying-party.ts';
import { findFreePort } from './ports.ts';
import { startProcess, temporaryFolder } from './processes.ts';
import type { TestProvider } from './provider.ts';

const PROGRAM = fileURLToPath(new URL('../../demo/university.ts', import.meta.url));
const SECRET = 'a-secret-of-a-demo-university-of-more-than-32-characters';

type Program = {
  clientId: string;
  method: 'private_key_jwt' | 'client_secret_basic';
  issuer: string;
  port: number;
  secret?: string;
  more?: Record<string, string>;
};

type Registration = Pick<Program, 'clientId' | 'method' | 'more'> & {
  /** Instead of the provider itself. */
  issuer?: string;
  /** Instead of everything. */
  agreement?: Agreement;
};

export type DemoUniversity = { url: string; close(): Promise<void> };

/** The demo's own program in a process of its own, registered like the demo's universities but on a free port. */
export async function startDemoUniversity(
  provider: TestProvider,
  { clientId, method, issuer = provider.issuer, agreement, more = {} }: Registration,
): Promise<DemoUniversity> {
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  await provider.register({
    clientId,
    ...(method === 'client_secret_basic' ? { clientSecret: SECRET } : {}),
    ...(agreement === undefined ? {} : { agreement }),
    metadata: {
      redirect_uris: [`${url}/callback`],
      post_logout_redirect_uris: [`${url}/signed-out`],
      backchannel_logout_uri: `${url}/backchannel-logout`,
      initiate_login_uri: `${url}/login`,
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: method,
      ...(method === 'private_key_jwt' ? { jwks_uri: `${url}/jwks` } : {}),
    },
  });
  return runDemoUniversity({ clientId, method, issuer, port, more });
}

/** The program alone, for whoever registers it. */
export async function runDemoUniversity({
  clientId,
  method,
  issuer,
  port,
  secret = SECRET,
  more = {},
}: Program): Promise<DemoUniversity> {
  const url = `http://localhost:${port}`;
  const folder = await temporaryFolder('university');
  const options = { port, issuer, 'client-id': clientId, auth: method, data: folder.path, ...more };
  const university = await startProcess({
    command: process.execPath,
    args: [PROGRAM, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])],
    env: { DEMO_CLIENT_SECRET: secret },
    ready: () =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    readyWithin: 60_000,
  });
  return {
    url,
    async close() {
      await university.stop();
      await folder.remove();
    },
  };
}
