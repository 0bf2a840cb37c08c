import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from './service.ts';

export const ISSUER = 'http://localhost:3000';

/** The provider, its metrics, the two universities and the SMS inbox. */
export const PORTS = [3000, 9464, 3001, 3002, 3003] as const;

/** First start: the stores are created, keys generated and demo passwords hashed, perhaps on a slow machine. */
const PROVIDER_READY_WITHIN = 90_000;
const DEMO_READY_WITHIN = 30_000;

export function demoServices({ dataFolder }: { dataFolder: string }): Service[] {
  const secretFile = clientSecretFile(dataFolder);
  const logFile = (name: string) => join(dataFolder, `${name}.log`);
  const provider: Service = {
    name: 'provider',
    args: ['src/main.ts'],
    environment: {
      NODE_ENV: 'development',
      PANJEREH_ISSUER: ISSUER,
      PANJEREH_DEMO: '1',
      PANJEREH_ALLOW_LOOPBACK: '1',
      PANJEREH_DATA_FOLDER: dataFolder,
    },
    readyUrl: `${ISSUER}/readyz`,
    logFile: logFile('provider'),
    readyWithinMs: PROVIDER_READY_WITHIN,
  };
  const demo = (name: string, { port, args }: { port: number; args: readonly string[] }): Service => ({
    name,
    args: [...args, '--port', String(port)],
    readyUrl: `http://localhost:${port}/healthz`,
    logFile: logFile(name),
    readyWithinMs: DEMO_READY_WITHIN,
  });
  const university = ['demo/university.ts', '--issuer', ISSUER, '--data', dataFolder];
  return [
    provider,
    demo('demo-university-one', {
      port: 3001,
      args: [
        ...university,
        ...['--client-id', 'demo-university-one', '--auth', 'private_key_jwt', '--colour', 'indigo'],
        ...['--name-fa', 'دانشگاه نمونهٔ سپیدار', '--name-en', 'Sepidar Demo University'],
      ],
    }),
    demo('demo-university-two', {
      port: 3002,
      args: [
        ...university,
        ...[
          '--client-id',
          'demo-university-two',
          '--auth',
          'client_secret_basic',
          '--client-secret-file',
          secretFile,
          '--colour',
          'garnet',
        ],
        ...['--name-fa', 'دانشگاه نمونهٔ نارون', '--name-en', 'Narvan Demo University'],
      ],
    }),
    demo('demo-sms-inbox', { port: 3003, args: ['demo/sms-inbox.ts'] }),
  ];
}

/** What the provider's seeding and the second university both read: made once, kept beside the data it belongs to. */
function clientSecretFile(dataFolder: string): string {
  const file = join(dataFolder, 'demo-client-secret');
  mkdirSync(dataFolder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  return file;
}
