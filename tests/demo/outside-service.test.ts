import { context, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { createOutboundFetch, type OutboundFetch } from '#platform/http/outbound.ts';
import { createMetrics, type Metrics } from '#platform/metrics.ts';
import { createOutsideService, type OutsideService } from '#platform/outside-service.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { type RunningProcess, startProcess } from '#tests/support/processes.ts';
import type { Faults } from '../../demo/outside/faults.ts';

const token = 'a-token-of-the-test';
const question = { nationalCode: '4419057726', birthDate: '2005-02-04' };
/** Short, so that the tests need not wait; what the provider uses stands in outside-service.ts. */
const limits = { retries: 2, firstWaitMs: 5, longestWaitMs: 20, failuresThatOpen: 5, restMs: 300, longestRestMs: 300 };
const timeoutMs = 400;

describe('a service of somebody else, spoken to as a real process', () => {
  let demo: RunningProcess;
  let url: string;
  let outbound: ReturnType<typeof createOutboundFetch>;
  let service: OutsideService;
  let metrics: Metrics;
  let asked: number;
  /** When each request left, by what it asks about. */
  let departures: Map<string, number[]>;
  const spans = new InMemorySpanExporter();

  beforeAll(async () => {
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    const args = ['demo/civil-registry.ts', '--port', String(port)];
    const ready = () =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    demo = await startProcess({ command: process.execPath, args, env: { DEMO_TOKEN: token }, ready });
    outbound = createOutboundFetch({ allowPrivateAddresses: true });
  });
  afterAll(async () => {
    trace.disable();
    context.disable();
    await outbound.close();
    await demo.stop();
  });
  beforeEach(async () => {
    await spoil({});
    spans.reset();
    metrics = createMetrics();
    asked = 0;
    departures = new Map();
    service = open({ metrics });
  });

  function open(own: Partial<Parameters<typeof createOutsideService>[0]> = {}): OutsideService {
    const counted: OutboundFetch = (address, options) => {
      asked += 1;
      const about = String(options?.body);
      departures.set(about, [...(departures.get(about) ?? []), performance.now()]);
      return outbound(address, options);
    };
    const needs = { name: 'civil-registry', url, token, fetch: counted, clock: systemClock, timeoutMs, limits };
    return createOutsideService({ ...needs, ...own });
  }

  async function spoil(faults: Partial<Faults>): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/switch`, { method: 'POST', headers, body: JSON.stringify(faults) });
  }

  const ask = ({ mayRepeat = true } = {}) =>
    service.call({ method: 'POST', path: '/v1/person-matches', body: question, mayRepeat });

  async function breakIt(): Promise<void> {
    await spoil({ mode: 'outage' });
    while (service.state() === 'closed') await ask({ mayRepeat: false });
  }

  test('an answer comes with its status and its body', async () => {
    expect(await ask()).toMatchObject({ outcome: 'answered', status: 200, body: { result: 'matched' } });
    expect(asked).toBe(1);
  });

  test('a question is repeated when there was an error, and answered by the second attempt', async () => {
    await spoil({ mode: 'some-errors' });
    const answers = [await ask(), await ask(), await ask()];
    expect(answers).toEqual(answers.map(() => expect.objectContaining({ outcome: 'answered', status: 200 })));
    expect(asked).toBeGreaterThan(3);
  });

  test('an order that must not be given twice is not repeated', async () => {
    await spoil({ mode: 'errors' });
    expect(await ask({ mayRepeat: false })).toEqual({ outcome: 'unavailable', reason: 'status-503' });
    expect(asked).toBe(1);
  });

  test('who does not answer in time is given up after all attempts, and not sooner', async () => {
    await spoil({ latencyMs: 5000 });
    const startedAt = performance.now();
    expect(await ask()).toEqual({ outcome: 'unavailable', reason: 'timeout' });
    expect(asked).toBe(3);
    expect(performance.now() - startedAt).toBeGreaterThan(3 * timeoutMs - 10);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  describe('many whose answer failed at the same moment', () => {
    const MANY = 40;
    /** How many of these moments fall within some 25 ms. */
    const greatestCrowd = (moments: number[]) =>
      Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + 25).length));

    async function askTogether(others: Partial<typeof limits>): Promise<number[][]> {
      await spoil({ mode: 'errors' });
      service = open({ limits: { ...limits, ...others, failuresThatOpen: 1000 } });
      const numbers = Array.from({ length: MANY }, (_, index) => String(index).padStart(10, '0'));
      await Promise.all(
        numbers.map((nationalCode) =>
          service.call({
            ...({ method: 'POST', path: '/v1/person-matches', mayRepeat: true } as const),
            body: { ...question, nationalCode },
          }),
        ),
      );
      return [...departures.values()];
    }

    test('do not ask again at the same moment', async () => {
      const attempts = await askTogether({ firstWaitMs: 600, longestWaitMs: 2000 });
      const crowds = [0, 1, 2].map((which) => greatestCrowd(attempts.map((of) => of[which] ?? 0)));
      expect(crowds[0], 'control: at first they did').toBeGreaterThan(MANY / 2);
      expect(Math.max(...crowds.slice(1))).toBeLessThan(MANY / 2);
    });

    test('ask as often as was agreed and no more, and never wait longer than was agreed', async () => {
      const attempts = await askTogether({ firstWaitMs: 60_000, longestWaitMs: 20 });
      expect(attempts.map((of) => of.length)).toEqual(Array.from({ length: MANY }, () => 3));
    });
  });

  test('slow is not down: an answer within the time is taken', async () => {
    await spoil({ latencyMs: 100 });
    expect(await ask()).toMatchObject({ outcome: 'answered' });
    expect(asked).toBe(1);
  });

  test('a refused token counts as no answer, and asking again would not help', async () => {
    service = open({ token: 'another' });
    expect(await ask()).toEqual({ outcome: 'unavailable', reason: 'status-401' });
    expect(asked).toBe(1);
  });

  test('five failures in a row open the circuit: nobody is asked and nobody waits', async () => {
    await spoil({ mode: 'outage' });
    for (const _ of Array.from({ length: 5 }))
      expect(await ask({ mayRepeat: false })).toEqual({ outcome: 'unavailable', reason: 'connection-failed' });
    expect(service.state()).toBe('open');
    expect(asked).toBe(5);
    expect(await Promise.all(Array.from({ length: 50 }, () => ask()))).toEqual(
      Array.from({ length: 50 }, () => ({ outcome: 'unavailable', reason: 'circuit-open' })),
    );
    expect(asked).toBe(5);
  });

  test('four failures and an answer open nothing', async () => {
    await spoil({ mode: 'errors' });
    for (const _ of Array.from({ length: 4 })) await ask({ mayRepeat: false });
    await spoil({});
    await ask();
    await spoil({ mode: 'errors' });
    for (const _ of Array.from({ length: 4 })) await ask({ mayRepeat: false });
    expect(service.state()).toBe('closed');
  });

  test('after its rest one call tries, and an answer closes the circuit', async () => {
    await breakIt();
    await spoil({});
    await expect.poll(async () => (await ask()).outcome, { interval: 20 }).toBe('answered');
    expect(service.state()).toBe('closed');
    const before = asked;
    expect(await ask()).toMatchObject({ outcome: 'answered' });
    expect(asked).toBe(before + 1);
  });

  test('a call that tries and fails opens the circuit again', async () => {
    await breakIt();
    const before = asked;
    await expect.poll(async () => (await ask()) && asked > before, { interval: 20 }).toBe(true);
    expect(service.state()).toBe('open');
    expect(await ask()).toEqual({ outcome: 'unavailable', reason: 'circuit-open' });
  });

  test('traces and metrics say which service and how it went, and nothing that was asked', async () => {
    await ask();
    await spoil({ mode: 'outage' });
    await ask({ mayRepeat: false });
    const { body } = await metrics.text();
    const traced = JSON.stringify(
      spans.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    );
    expect(body).toMatch(/panjereh_outside_call_seconds_count\{service="civil-registry",outcome="answered"\} 1/);
    expect(body).toMatch(/outcome="connection-failed"\} 1/);
    expect(traced).toContain('ask civil-registry');
    for (const told of [body, traced, demo.output()]) {
      expect(told).not.toContain(question.nationalCode);
      expect(told).not.toContain(question.birthDate);
      expect(told).not.toContain(token);
    }
  });
});
