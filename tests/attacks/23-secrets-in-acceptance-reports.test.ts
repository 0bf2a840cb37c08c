import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportBody } from '#root/api/acceptance-report.ts';
import { type Careless, runToEnd, startCareless } from '#tests/support/acceptance.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** A report is read by people and pipelines: nothing in it may be usable, of all that went over the wire in its run. */
let provider: TestProvider;
let careless: Careless;
const secrets = new Map<string, string>();
const fetchBefore = globalThis.fetch;

const SECRET_PARAMETERS = [
  'code',
  'state',
  'nonce',
  'code_verifier',
  'code_challenge',
  'logout_token',
  'client_secret',
];
const SECRET_MEMBERS = ['access_token', 'id_token', 'refresh_token'];
/** Shorter ones are words, which a report may well have. */
const SHORTEST = 16;

function keep(kind: string, value: unknown): void {
  if (typeof value === 'string' && value.length >= SHORTEST) secrets.set(value, kind);
}
function keepParameters(parameters: URLSearchParams): void {
  for (const name of SECRET_PARAMETERS) for (const value of parameters.getAll(name)) keep(name, value);
}
function keepRequest({ url, cookie }: { url: string; cookie: string | undefined }): void {
  keepParameters(new URL(url, 'http://localhost').searchParams);
  for (const pair of (cookie ?? '').split('; ')) keep('cookie', pair.slice(pair.indexOf('=') + 1));
}
const found = (text: string) => [...secrets].filter(([value]) => text.includes(value)).map(([, kind]) => kind);

beforeAll(async () => {
  provider = await startProvider();
  careless = await startCareless(provider, { clientId: 'careless' });
  provider.app.server.on('request', ({ url, headers }) => keepRequest({ url: url ?? '', cookie: headers.cookie }));
  // What the university asks for on its own, and what it is given.
  globalThis.fetch = async (...asked) => {
    if (asked[1]?.body instanceof URLSearchParams) keepParameters(asked[1].body);
    const response = await fetchBefore(...asked);
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => undefined);
    for (const name of SECRET_MEMBERS) keep(name, Object(body)[name]);
    return response;
  };
});
afterAll(async () => {
  globalThis.fetch = fetchBefore;
  careless.close();
  await provider.close();
});

test('a whole report, as it is stored and as JSON, has no token, code, state, nonce or cookie of its run', async () => {
  careless.flaws.add('error');
  const run = await runToEnd(provider, 'careless');
  for (const [index, url] of careless.requests.entries()) keepRequest({ url, cookie: careless.cookies[index] });
  const kinds = new Set(secrets.values());
  for (const kind of ['code', 'state', 'nonce', 'cookie', 'access_token', 'id_token', 'code_verifier'])
    expect(kinds).toContain(kind);
  expect(run.state).toBe('red');
  const [stored, report] = [JSON.stringify(run), JSON.stringify(reportBody(run))];
  expect(report).toContain('callback?code');
  expect([found(stored), found(report)]).toEqual([[], []]);
  // The control: one that is planted is found.
  const [[planted] = ['']] = secrets;
  expect(found(report.replace('callback?code', `callback?code=${planted}`))).toHaveLength(1);
}, 100_000);
