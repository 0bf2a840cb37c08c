import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#platform/log.ts';
import { ageKeys } from '#tests/support/aged-keys.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Every private half and every secret of cookies, searched for in all that leaves the process (Casdoor CVE-2026-90942). */
let provider: TestProvider;
let university: TestRelyingParty;
const said: string[] = [];
const planted = new Set<string>();

beforeAll(async () => {
  provider = await startProvider({ log: createLog({ level: 'trace', to: { write: (line) => void said.push(line) } }) });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

/** As a thief would write them down: JWK members, base64 and hex. */
function plant(): void {
  const { algorithms, cookies } = provider.services.signingKeys.current();
  for (const { active } of algorithms) {
    const { d, p, q } = active.privateKey?.export({ format: 'jwk' }) ?? {};
    for (const member of [d, p, q]) if (member !== undefined) plantBytes(Buffer.from(member, 'base64url'));
  }
  for (const { secret } of cookies) plantBytes(secret.export());
}

function plantBytes(bytes: Buffer): void {
  for (const encoding of ['base64url', 'base64', 'hex'] as const) planted.add(bytes.toString(encoding));
}

const found = (text: string) => [...planted].filter((secret) => text.includes(secret));

test('no private half and no secret is in an answer, an export, a metric, a log line or the audit', async () => {
  const { signingKeys, metrics, auditStore, database } = provider.services;
  plant();
  await university.signIn();
  await ageKeys(provider.services, 'ES256', 15);
  await signingKeys.rotate({ by: 'tests', alg: 'ES256' });
  plant();
  await university.signIn();
  await auditStore.flush();
  const paths = ['/jwks', '/jwks/university', '/.well-known/openid-configuration', '/healthz', '/readyz', '/'];
  const answers = await Promise.all(paths.map(async (path) => (await fetch(`${provider.issuer}${path}`)).text()));
  const audit = await sql`select * from audit_events`.execute(database);
  const rows = await sql`select * from signing_keys`.execute(database);
  const shown = {
    answers: answers.join('\n'),
    export: JSON.stringify(await signingKeys.exportPublic()),
    status: JSON.stringify([await signingKeys.status(), await signingKeys.verify()]),
    'what is in memory, written out': JSON.stringify(signingKeys.current()),
    metrics: (await metrics.text()).body,
    log: said.join('\n'),
    audit: JSON.stringify(audit.rows),
    'the database': JSON.stringify(rows.rows),
  };
  expect(planted.size).toBeGreaterThanOrEqual(3 * 7);
  for (const [where, text] of Object.entries(shown)) {
    expect(text.length, where).toBeGreaterThan(2);
    expect([where, found(text)]).toEqual([where, []]);
  }
});

test('control: a careless export is found', () => {
  const [ring] = provider.services.signingKeys.current().algorithms;
  expect(found(JSON.stringify(ring?.active.privateKey?.export({ format: 'jwk' })))).toHaveLength(1);
});
