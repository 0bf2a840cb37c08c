import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

/** What a security officer and a citizen run, as processes, against a provider in which somebody signed in. */
const run = promisify(execFile);
let provider: TestProvider;
let environment: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), 'panjereh-audit-'));

beforeAll(async () => {
  const stores = await realStores();
  const witness = join(folder, 'heads.jsonl');
  provider = await startProvider({ stores, environment: { PANJEREH_LEDGER_WITNESS: witness } });
  environment = {
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    PANJEREH_ISSUER: provider.issuer,
    PANJEREH_KEYS_FOLDER: provider.services.settings.keysFolder,
    PANJEREH_LEDGER_WITNESS: witness,
  };
  await (await createRelyingParty(provider, { clientId: 'university' })).signIn({ browser: createBrowser() });
  await provider.services.auditStore.flush();
  await provider.services.ledger.seal();
});
afterAll(async () => {
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

async function audit(...args: string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout } = await run(process.execPath, ['src/commands/audit.ts', ...args], { env: environment });
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: `${stdout}${stderr}` };
  }
}

test('verify says in words and in JSON that an untouched ledger is sound', async () => {
  expect(await audit('verify')).toMatchObject({ code: 0, said: expect.stringContaining('The ledger is sound') });
  expect((await audit('verify', '--language', 'fa')).said).toContain('دفتر سالم است');
  const report = JSON.parse((await audit('verify', '--json')).said);
  expect(report).toMatchObject({ isSound: true, heads: 1, findings: [] });
  expect(report.entries).toBeGreaterThan(3);
});

test('a citizen checks a proof of their own entry offline, and a changed one is refused', async () => {
  const citizenId = provider.citizens[0]?.id ?? '';
  const [event] = await provider.services.auditStore.listOf(citizenId, { limit: 1 });
  const found = await provider.services.ledger.findProof({ eventId: Number(event?.id), citizenId });
  if (found.outcome !== 'proven') throw new Error(found.outcome);
  const [proofFile, keyFile] = [join(folder, 'proof.json'), join(folder, 'key.pem')];
  writeFileSync(proofFile, JSON.stringify(found.proof));
  writeFileSync(keyFile, (await audit('public-key')).said);
  const check = () => run(process.execPath, ['demo/check-ledger-proof.ts', proofFile, keyFile]);
  expect((await check()).stdout).toMatch(/^PROVEN/);
  writeFileSync(proofFile, JSON.stringify({ ...found.proof, entry: { ...found.proof.entry, name: 'consent.given' } }));
  await expect(check()).rejects.toMatchObject({ code: 1, stdout: expect.stringMatching(/^NOT PROVEN/) });
});

test('verify finds what was taken off the end with everything that pointed to it, and says what to do', async () => {
  const { database } = provider.services;
  for (const table of ['ledger_heads', 'ledger_entries', 'audit_events']) {
    await sql.raw(`alter table ${table} disable trigger user`).execute(database);
    await sql.raw(`delete from ${table}`).execute(database);
  }
  const { code, said } = await audit('verify');
  expect(code).toBe(4);
  expect(said).toContain('Head 1 is remembered outside the database');
  // Without the file, the newest head that Redis remembers is enough.
  rmSync(environment.PANJEREH_LEDGER_WITNESS ?? '');
  expect((await audit('verify')).code).toBe(4);
});

test('without its keys the ledger cannot be judged, with exit code 5', async () => {
  environment.PANJEREH_KEYS_FOLDER = folder;
  expect((await audit('verify')).code).toBe(5);
});
