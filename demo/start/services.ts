import { join } from 'node:path';
import type { Service } from './service.ts';

const ISSUER = 'http://localhost:3000';

/** The provider, its metrics, the two universities, the SMS inbox, the civil registry and the mobile-ownership service. */
export const PORTS = [3000, 9464, 3001, 3002, 3003, 3004, 3005] as const;

/** What the provider's seeding agreed with the second university: public, like everything in the demo. */
const SECRET_OF_SECOND = 'demo-university-two-secret-known-to-everybody';

/** First start: the stores are created, keys generated and demo passwords hashed, perhaps on a slow machine. */
const PROVIDER_READY_WITHIN = 90_000;
const DEMO_READY_WITHIN = 30_000;

type DemoService = { port: number; script: string; options?: Readonly<Record<string, string>>; secret?: string };

export function demoServices({ dataFolder }: { dataFolder: string }): Service[] {
  const demo = (name: string, { port, script, options = {}, secret }: DemoService): Service => ({
    name,
    args: [
      script,
      ...Object.entries({ port: String(port), ...options }).flatMap(([key, value]) => [`--${key}`, value]),
    ],
    ...(secret !== undefined && { environment: { DEMO_CLIENT_SECRET: secret } }),
    readyUrl: `http://localhost:${port}/healthz`,
    logFile: join(dataFolder, `${name}.log`),
    readyWithinMs: DEMO_READY_WITHIN,
  });
  const shared = { issuer: ISSUER, data: dataFolder, scope: 'openid profile phone academic' };
  const names = [
    { fa: 'دانشگاه نمونهٔ یک', en: 'Demo University One' },
    { fa: 'دانشگاه نمونهٔ دو', en: 'Demo University Two' },
  ] as const;
  const otherIs = (index: 0 | 1) => ({
    other: `http://localhost:${3001 + index}`,
    'other-name-fa': names[index].fa,
    'other-name-en': names[index].en,
  });
  return [
    providerService(dataFolder),
    demo('demo-university-one', {
      port: 3001,
      script: 'demo/university.ts',
      options: {
        ...shared,
        'client-id': 'demo-university-one',
        auth: 'private_key_jwt',
        colour: 'indigo',
        'name-fa': names[0].fa,
        'name-en': names[0].en,
        ...otherIs(1),
      },
    }),
    demo('demo-university-two', {
      port: 3002,
      script: 'demo/university.ts',
      options: {
        ...shared,
        'client-id': 'demo-university-two',
        auth: 'client_secret_basic',
        colour: 'garnet',
        'name-fa': names[1].fa,
        'name-en': names[1].en,
        ...otherIs(0),
      },
      secret: SECRET_OF_SECOND,
    }),
    demo('demo-sms-inbox', { port: 3003, script: 'demo/sms-inbox.ts' }),
    demo('demo-civil-registry', { port: 3004, script: 'demo/civil-registry.ts' }),
    demo('demo-mobile-ownership', { port: 3005, script: 'demo/mobile-ownership.ts' }),
  ];
}

function providerService(dataFolder: string): Service {
  return {
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
    logFile: join(dataFolder, 'provider.log'),
    readyWithinMs: PROVIDER_READY_WITHIN,
  };
}
