import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { createOutsideService } from '#platform/outside-service.ts';
import { outbound, serve } from '#tests/platform/outbound-under-test.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { createDevice } from '#tests/support/device.ts';
import { type LogoutReceiver, startLogoutReceiver } from '#tests/support/logout-receiver.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** What an operator sees who loads an OpenTelemetry SDK: the real one, with a memory instead of a collector. */
const exporter = new InMemorySpanExporter();
const sdk = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

let provider: TestProvider;
let university: TestRelyingParty;
let receiver: LogoutReceiver;

beforeAll(async () => {
  trace.setGlobalTracerProvider(sdk);
  context.setGlobalContextManager(createContextManager());
  [provider, receiver] = await Promise.all([startProvider(), startLogoutReceiver()]);
  university = await createRelyingParty(provider, {
    clientId: 'university',
    metadata: { backchannel_logout_uri: receiver.uri },
  });
});
afterAll(async () => {
  trace.disable();
  context.disable();
  await provider.close();
  receiver.close();
  await sdk.shutdown();
});
beforeEach(() => exporter.reset());

const spans = () => exporter.getFinishedSpans();
const textOf = (span: ReadableSpan) =>
  JSON.stringify([span.name, span.attributes, span.events, span.status, span.links, span.resource.attributes]);

/** Which of these stand anywhere in what would be exported. */
function found(secrets: Record<string, string>): string[] {
  const text = spans().map(textOf).join('\n');
  return Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));
}

test('telling a relying party of a sign-out is a span with its host and its answer, and nothing about the person', async () => {
  const browser = createBrowser();
  const tokens = await university.signIn({ browser });
  // A sign-in from a new browser is told by text message: the question to the gateway, and its one attempt.
  await vi.waitFor(() => expect(spans()).toHaveLength(2), { timeout: 5_000 });
  exporter.reset();
  const leave = await browser.open(`${provider.issuer}/logout?id_token_hint=${tokens.id_token}`);
  await browser.submit(leave, { logout: 'yes' });
  await vi.waitFor(() => expect(receiver.tokens).toHaveLength(1), { timeout: 5_000 });
  await vi.waitFor(() => expect(spans()).toHaveLength(1), { timeout: 5_000 });
  const [span] = spans();
  expect(span).toMatchObject({ name: 'outbound call', kind: SpanKind.CLIENT });
  expect(span?.attributes).toMatchObject({ 'server.address': 'localhost', 'http.response.status_code': 200 });
  const { id = '', nationalCode = '', givenName = '' } = provider.citizens[0] ?? {};
  const claims = tokens.claims();
  const planted = { id, nationalCode, givenName, password: provider.password, subject: String(claims?.sub) };
  const bearers = { accessToken: tokens.access_token, idToken: tokens.id_token ?? '', sid: String(claims?.sid) };
  expect(found({ ...planted, ...bearers, logoutToken: receiver.tokens[0] ?? '', path: '/backchannel-logout' })).toEqual(
    [],
  );
});

test('fetching the keys of a relying party is a span', async () => {
  const device = await createDevice(provider, { clientId: 'kiosk' });
  await device.begin();
  device.close();
  expect(spans().map(({ name, attributes }) => [name, attributes['http.request.method']])).toEqual([
    ['outbound call', 'GET'],
  ]);
});

test('asking an outside service is one span with its attempts inside, and neither question nor answer in it', async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    response.writeHead(asked === 1 ? 503 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ family_name: 'planted-answer' }));
  });
  const registry = createOutsideService({
    name: 'civil-registry',
    url,
    fetch: outbound(),
    clock: systemClock,
    token: 'planted-token',
    limits: { firstWaitMs: 1, longestWaitMs: 1 },
  });
  const body = { national_code: 'planted-code' };
  const answer = await registry.call({ method: 'POST', path: '/persons/search', body, mayRepeat: true });
  expect(answer).toMatchObject({ outcome: 'answered', status: 200 });

  const asking = spans().find(({ name }) => name === 'ask civil-registry');
  const attempts = spans().filter(({ name }) => name === 'outbound call');
  expect(asking?.attributes).toEqual({ 'peer.service': 'civil-registry', 'panjereh.outcome': 'answered' });
  expect(attempts.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([503, 200]);
  for (const { parentSpanContext } of attempts) expect(parentSpanContext?.spanId).toBe(asking?.spanContext().spanId);
  expect(found({ code: 'planted-code', answer: 'planted-answer', token: 'planted-token' })).toEqual([]);
});

test('a service that is away leaves spans with the reason in a word', async () => {
  const registry = createOutsideService({
    name: 'sms-gateway',
    url: 'http://localhost:9',
    fetch: outbound(),
    clock: systemClock,
  });
  expect(await registry.call({ method: 'POST', path: '/messages', body: { to: 'planted-phone' } })).toMatchObject({
    outcome: 'unavailable',
  });
  expect(spans().map(({ name }) => name)).toEqual(['outbound call', 'ask sms-gateway']);
  expect(spans()[0]?.attributes['error.type']).toMatch(/^[a-z-]+$/);
  expect(found({ phone: 'planted-phone' })).toEqual([]);
});

test('control: what stands in a span, an event or a status is found', () => {
  const tracer = trace.getTracer('control');
  tracer.startSpan('a', { attributes: { key: 'planted-attribute' } }).end();
  const span = tracer.startSpan('b');
  span.addEvent('planted-event');
  span.recordException(new Error('planted-exception'));
  span.setStatus({ code: 2, message: 'planted-status' });
  span.end();
  const planted = ['attribute', 'event', 'exception', 'status'].map((name) => [name, `planted-${name}`]);
  expect(found(Object.fromEntries(planted))).toEqual(['attribute', 'event', 'exception', 'status']);
});

/** As the SDK for Node brings one: what is active follows every await. */
function createContextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  return {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...args) =>
      storage.run(active, () => work.call(self as ThisParameterType<typeof work>, ...args)),
    bind: (_active, target) => target,
    enable() {
      return this;
    },
    disable() {
      storage.disable();
      return this;
    },
  };
}
