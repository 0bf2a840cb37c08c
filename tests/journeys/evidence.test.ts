import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
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
