import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '#tests/support/ports.ts';
import { temporaryFolder, waitUntil } from '#tests/support/processes.ts';
import { startProxy, type TlsProxy } from './proxy.ts';

/** What the container engine's name server would say. */
const addresses: Record<string, string | undefined> = { 'provider-one': '127.0.0.1' };

let stop: () => Promise<void>;
let proxy: TlsProxy;
let proxyPort: number;

beforeAll(async () => {
  const folder = await temporaryFolder('names');
  const names = createSocket('udp4', (question, from) => names.send(answerTo(question), from.port, from.address));
  names.bind(0, '127.0.0.1');
  await once(names, 'listening');
  const one = createServer((request, response) => response.end(request.socket.localAddress));
  one.listen(0, '0.0.0.0');
  await once(one, 'listening');
  proxyPort = await findFreePort();
  const { port } = one.address() as AddressInfo;
  proxy = await startProxy({
    folder: folder.path,
    port: proxyPort,
    instances: [port, port],
    nameServer: `127.0.0.1:${names.address().port}`,
  });
  stop = async () => {
    await proxy.process.stop();
    names.close();
    one.closeAllConnections();
    one.close();
    await folder.remove();
  };
}, 60_000);
afterAll(() => stop?.());

/** An answer with one address, or that there is none (RFC 1035 section 4.1). */
function answerTo(question: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const asked = question.subarray(12, at + 5);
  const address = question.readUInt16BE(at + 1) === 1 ? addresses[labels.join('.')] : undefined;
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(address === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  header.writeUInt32BE(0, 8);
  if (address === undefined) return Buffer.concat([header, asked]);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([header, asked, record]);
}

async function whoAnswers(): Promise<string> {
  const dispatcher = new Agent({ connect: { ca: proxy.certificate } });
  const answer = await fetch(`https://localhost:${proxyPort}/`, { dispatcher });
  const text = answer.ok ? await answer.text() : String(answer.status);
  await dispatcher.close();
  return text;
}

test('the proxy starts while an instance has no address, and finds one that comes back at another', async () => {
  const within = { within: 15_000, what: 'the proxy to ask for names' };
  await waitUntil(async () => (await whoAnswers()) === '127.0.0.1', within);
  addresses['provider-one'] = '127.0.0.3';
  await waitUntil(async () => (await whoAnswers()) === '127.0.0.3', within);
  addresses['provider-two'] = '127.0.0.4';
  const seen = new Set<string>();
  await waitUntil(async () => seen.add(await whoAnswers()).has('127.0.0.4'), within);
  expect(seen).not.toContain('503');
}, 60_000);
