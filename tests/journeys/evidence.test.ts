import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import { openStores } from '#root/commands/open-stores.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { NAVID, PARISA, phoneOf, walkEnrolment } from '#tests/support/enrolment.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { accountOf, startProvider, type TestProvider } from '#tests/support/provider.ts';

/** What went over a wire, byte for byte. */
type Exchange = { question: Buffer; answer: Buffer };
type Wire = { url: string; exchanges: Exchange[]; close(): void };

let outside: OutsideServices;
let provider: TestProvider;
let registry: Wire;
let ownership: Wire;
let keyed: KeyedHash;

beforeAll(async () => {
  outside = await startOutsideServices();
  registry = await listenIn(outside.environment.PANJEREH_CIVIL_REGISTRY_URL ?? '');
  ownership = await listenIn(outside.environment.PANJEREH_MOBILE_OWNERSHIP_URL ?? '');
  const environment = {
    ...outside.environment,
    PANJEREH_CIVIL_REGISTRY_URL: registry.url,
    PANJEREH_MOBILE_OWNERSHIP_URL: ownership.url,
  };
  provider = await startProvider({ stores: 'real', environment });
  const keys = await openStores(provider.services.settings, async ({ lookupHash }) => ({ hash: await lookupHash() }));
  keyed = keys.hash;
  await keys.close();
}, 60_000);
afterAll(async () => {
  registry.close();
  ownership.close();
  await provider.close();
  await outside.close();
});

test('the evidence of an enrolment is the digest of what went over the wire, and of nothing else', async () => {
  for (const who of [PARISA, NAVID])
    await walkEnrolment({ browser: createBrowser(), outside, issuer: provider.issuer, who, until: 'passkey' });

  const evidence = await provider.services.evidence.listOf((await accountOf(provider, PARISA)).id);
  const kept = (source: string) => evidence.filter((one) => one.source === source).map(({ digest }) => digest);
  const sent = (wire: Wire, member: string) =>
    wire.exchanges.filter(({ question }) => question.includes(member) && question.includes(PARISA.nationalCode));
  const [ofRegistry] = sent(registry, PARISA.birthDate);
  const [ofOwnership] = sent(ownership, phoneOf(PARISA));
  if (ofRegistry === undefined || ofOwnership === undefined) throw new Error('nothing was heard on the wire');
  expect(kept('civil-registry')).toEqual([digestOf('civil-registry', ofRegistry)]);
  expect(kept('mobile-ownership')).toEqual([digestOf('mobile-ownership', ofOwnership)]);

  // Controls: one letter of either, the answer about somebody else, or the other service's, is something else.
  const spelt = (bytes: Buffer, from: string, to: string) => Buffer.from(bytes.toString().replace(from, to));
  const others: Exchange[] = [
    { ...ofRegistry, answer: spelt(ofRegistry.answer, 'matched', 'matchet') },
    { ...ofRegistry, answer: spelt(ofRegistry.answer, 'office 4', 'office 5') },
    { ...ofRegistry, question: spelt(ofRegistry.question, PARISA.birthDate, NAVID.birthDate) },
    ...registry.exchanges.filter((one) => one !== ofRegistry),
    ofOwnership,
  ];
  expect(others.map((other) => digestOf('civil-registry', other))).not.toContain(kept('civil-registry')[0]);
  expect(others).toHaveLength(5);
});

test('the programs of docs/evidence.md, run as they are printed, come to the digests of the rows, and with one letter changed they do not', async () => {
  const page = readFileSync('docs/evidence.md', 'utf8');
  const [ofRows = '', ofKey = ''] = blocksOf(page, 'sql');
  const { settings } = provider.services;
  const { id: citizenId } = await accountOf(provider, PARISA);
  const { rows, key, close } = await openStores(settings, async ({ database }) => ({
    rows: (await sql.raw<Row>(ofRows.replace('…', citizenId)).execute(database)).rows,
    key: (await sql.raw<SealedKey>(ofKey).execute(database)).rows[0],
  }));
  await close();
  if (key === undefined) throw new Error('there is no key for lookup');

  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
  write('open-lookup-key.mjs', blocksOf(page, 'js')[0] ?? '');
  write('evidence-digest.py', blocksOf(page, 'python')[0] ?? '');
  const [masterKeyFile = ''] = readdirSync(settings.keysFolder).map((name) => join(settings.keysFolder, name));
  const opened = await run(process.execPath, ['open-lookup-key.mjs', masterKeyFile, key.id, key.sealed], folder);
  write('lookup.hex', opened);
  const masterKey = Buffer.from(readFileSync(masterKeyFile, 'utf8').trim(), 'base64url');
  expect(createHash('sha256').update(masterKey).digest('hex').slice(0, 8)).toBe(key.master_key_id);

  async function digest(source: string, { question, answer }: Exchange): Promise<string> {
    write('question.json', question);
    write('answer.json', answer);
    const asPrinted = ['evidence-digest.py', source, 'question.json', 'answer.json', 'lookup.hex'];
    return (await run('python3', asPrinted, folder)).trim();
  }
  expect(rows.map(({ source }) => source).toSorted()).toEqual(['civil-registry', 'mobile-ownership']);
  for (const { source, transaction_id: transaction, digest: kept } of rows) {
    const wire = source === 'civil-registry' ? registry : ownership;
    const exchange = wire.exchanges.find(({ answer }) => answer.includes(transaction));
    if (exchange === undefined) throw new Error('nothing was heard on the wire');
    expect(await digest(source, exchange)).toBe(kept);
    const altered = Buffer.from(exchange.answer.toString().replace('office 4', 'office 5'));
    expect(await digest(source, { ...exchange, answer: altered }), 'control').not.toBe(kept);
  }
  rmSync(folder, { recursive: true });
}, 30_000);

type Row = { source: string; transaction_id: string; digest: string };
type SealedKey = { id: string; master_key_id: string; sealed: string };

const blocksOf = (page: string, language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block = '']) => block);

async function run(program: string, args: readonly string[], folder: string): Promise<string> {
  return (await promisify(execFile)(program, args, { cwd: folder })).stdout;
}

/** As somebody calculates it who has the key and the two messages, and not our code. */
function digestOf(source: string, { question, answer }: Exchange): string {
  const messages = { asked: JSON.parse(question.toString()), answer: JSON.parse(answer.toString()) };
  return keyed(`evidence:${source}:${JSON.stringify(inOrder(messages))}`);
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, inOrder(Reflect.get(value, name))]),
  );
}

/** Stands between, hands everything on, and adds one member that nobody knows: what is not understood is evidence, too. */
async function listenIn(to: string): Promise<Wire> {
  const exchanges: Exchange[] = [];
  const server = createServer(async (request, response) => {
    const question = await buffer(request);
    const { authorization = '' } = request.headers;
    const headers = { 'content-type': 'application/json', authorization };
    const answered = await fetch(`${to}${request.url}`, { method: 'POST', headers, body: question });
    const answer = Buffer.from((await answered.text()).replace(/}$/, ',"askedAt":"office 4"}'));
    exchanges.push({ question, answer });
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
