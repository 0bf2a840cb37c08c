import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Phrase } from '../web/language.ts';
import type { Look } from '../web/page.ts';

type ClientAuthentication = { method: 'private_key_jwt' } | { method: 'client_secret_basic'; secret: string };

export type UniversitySettings = {
  /** Our own origin, without a slash at the end. */
  url: string;
  port: number;
  issuer: string;
  clientId: string;
  authentication: ClientAuthentication;
  idTokenAlg: string;
  scope: string;
  /** When not empty, a sign-in must reach one of these levels. */
  acrValues: readonly string[];
  dataFolder: string;
  /** Another university whose word on its students we take: its origin, which is its name as a source, too. */
  other: string | undefined;
  otherName: Phrase;
  look: Look;
};

/** A setting that is missing or cannot be used, in words for the person at the terminal. */
class SettingUnusable extends Error {}

export const usage = `node demo/university.ts --port 3001 --client-id demo-university-one [options]
  --issuer URL           the provider                       (http://localhost:3000)
  --url URL            our own origin, that of a proxy which adds X-Forwarded-Proto where it is https  (http://localhost:<port>)
  --auth METHOD          private_key_jwt or client_secret_basic  (private_key_jwt)
  --client-secret-file F the secret for client_secret_basic; DEMO_CLIENT_SECRET does as well
  --id-token-alg ALG     the agreed signature of ID tokens  (ES256)
  --scope SCOPES         what is asked for                  (openid profile)
  --acr-values VALUES    assurance levels that are enough, separated by spaces
  --data FOLDER          where the own key is kept          (.data)
  --other URL            a university whose word on its students is taken
  --other-name-fa, --other-name-en  what the pages call it
  --name-fa, --name-en   what the pages call the university
  --colour COLOUR        indigo or garnet                   (indigo)`;

/** @throws SettingUnusable */
export function readUniversitySettings(args: readonly string[], environment: NodeJS.ProcessEnv): UniversitySettings {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: text,
      url: text,
      issuer: text,
      'client-id': text,
      auth: text,
      'client-secret-file': text,
      'id-token-alg': text,
      scope: text,
      'acr-values': text,
      data: text,
      other: text,
      'other-name-fa': text,
      'other-name-en': text,
      'name-fa': text,
      'name-en': text,
      colour: text,
    },
  });
  const port = Number(values.port ?? 3001);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new SettingUnusable('--port must be a port number');
  return {
    port,
    url: originOf('--url', values.url ?? `http://localhost:${port}`),
    issuer: values.issuer ?? 'http://localhost:3000',
    clientId: values['client-id'] ?? 'demo-university-one',
    authentication: authenticationFrom({
      method: values.auth,
      secretFile: values['client-secret-file'],
      secret: environment.DEMO_CLIENT_SECRET,
    }),
    idTokenAlg: values['id-token-alg'] ?? 'ES256',
    scope: values.scope ?? 'openid profile',
    acrValues: (values['acr-values'] ?? '').split(' ').filter((value) => value !== ''),
    dataFolder: values.data ?? '.data',
    other: values.other === undefined ? undefined : originOf('--other', values.other),
    otherName: { fa: values['other-name-fa'] ?? 'دانشگاه دیگر', en: values['other-name-en'] ?? 'another university' },
    look: {
      name: { fa: values['name-fa'] ?? 'دانشگاه نمونه', en: values['name-en'] ?? 'Demo University' },
      colour: values.colour === 'garnet' ? 'garnet' : 'indigo',
    },
  };
}

function originOf(option: string, value: string): string {
  const url = URL.parse(value);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new SettingUnusable(`${option} must be an http or https address`);
  return url.origin;
}

function authenticationFrom(given: {
  method: string | undefined;
  secretFile: string | undefined;
  secret: string | undefined;
}): ClientAuthentication {
  const method = given.method ?? 'private_key_jwt';
  if (method === 'private_key_jwt') return { method };
  if (method !== 'client_secret_basic')
    throw new SettingUnusable('--auth must be private_key_jwt or client_secret_basic');
  const secret = given.secretFile === undefined ? given.secret : readFileSync(given.secretFile, 'utf8').trim();
  if (secret === undefined || secret === '')
    throw new SettingUnusable('client_secret_basic needs --client-secret-file or DEMO_CLIENT_SECRET');
  return { method, secret };
}
