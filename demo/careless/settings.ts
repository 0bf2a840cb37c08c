import { parseArgs } from 'node:util';
import { type Flaw, readFlaws } from './flaws.ts';

export type CarelessSettings = {
  port: number;
  /** Our own origin, without a slash at the end. */
  url: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Asked for, and to be found in the ID token. */
  acr: string;
  flaws: ReadonlySet<Flaw>;
};

export const usage = `node demo/careless-university.ts --port 3009 --client-id careless --issuer URL [options]
  --issuer URL     the acceptance issuer: this one is for nothing else
  --url URL        our own origin                      (http://localhost:<port>)
  --ignore FLAWS   what is left undone, separated by commas; everything or nothing do as well  (everything)
  DEMO_CLIENT_SECRET holds the secret for client_secret_basic`;

export function readCarelessSettings(args: readonly string[], environment: NodeJS.ProcessEnv): CarelessSettings {
  const text = { type: 'string' } as const;
  const options = { port: text, url: text, issuer: text, 'client-id': text, ignore: text };
  const { values } = parseArgs({ args: [...args], options });
  const { issuer, 'client-id': clientId = 'careless', ignore = 'everything' } = values;
  const clientSecret = environment.DEMO_CLIENT_SECRET;
  if (issuer === undefined || clientSecret === undefined) throw new Error('--issuer and DEMO_CLIENT_SECRET are needed');
  const port = Number(values.port ?? 3009);
  return {
    port,
    url: values.url ?? `http://localhost:${port}`,
    issuer,
    clientId,
    clientSecret,
    acr: 'urn:panjereh:aal:2',
    flaws: readFlaws(ignore === 'nothing' ? '' : ignore),
  };
}
