import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counts and times, in Prometheus' form, on a port of their own. Labels are few and closed: never a person, never a path as sent. */
export type Metrics = {
  countProtocol(about: { endpoint: string; outcome: string; clientId: string | undefined }): void;
  observeRequest(about: { route: string; method: string; status: number; seconds: number }): void;
  observeQuery(milliseconds: number): void;
  observeCommand(command: string, milliseconds: number): void;
  observePasswordWait(milliseconds: number): void;
  countLogout(outcome: 'delivered' | 'failed' | 'dead', by: number): void;
  /** `outcome` is `answered` or a word of ours on why there was no answer. */
  observeOutsideCall(about: { service: string; outcome: string; seconds: number }): void;
  countTextMessages(outcome: 'sent' | 'failed' | 'dead', by: number): void;
  countSmsBudgetAlarm(about: { purse: string; budget: string }): void;
  /** `read` is asked at every scrape. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  text(): Promise<{ type: string; body: string }>;
};

const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Up to three attempts of 2 s each. */
const OUTSIDE_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];
const STORE_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'panjereh_' });
  const registers = [registry];
  const protocol = new Counter({
    name: 'panjereh_protocol_total',
    help: 'Answers of the protocol endpoints by relying party.',
    labelNames: ['endpoint', 'outcome', 'client'],
    registers,
  });
  const requests = new Histogram({
    name: 'panjereh_http_request_seconds',
    help: 'Time until an answer was sent.',
    labelNames: ['route', 'method', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const queries = new Histogram({
    name: 'panjereh_postgresql_query_seconds',
    help: 'Time of one statement.',
    buckets: STORE_BUCKETS,
    registers,
  });
  const commands = new Histogram({
    name: 'panjereh_redis_command_seconds',
    help: 'Time of one round trip.',
    labelNames: ['command'],
    buckets: STORE_BUCKETS,
    registers,
  });
  const passwordWait = new Histogram({
    name: 'panjereh_password_wait_seconds',
    help: 'Time that a password waited for a worker.',
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const logouts = new Counter({
    name: 'panjereh_logout_tokens_total',
    help: 'Back-channel logout tokens by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const outsideCalls = new Histogram({
    name: 'panjereh_outside_call_seconds',
    help: 'Time until an outside service had answered or was given up, attempts and waits together.',
    labelNames: ['service', 'outcome'],
    buckets: OUTSIDE_BUCKETS,
    registers,
  });

  const textMessages = new Counter({
    name: 'panjereh_text_messages_total',
    help: 'Text messages that were owed, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const smsBudgetAlarms = new Counter({
    name: 'panjereh_sms_budget_alarms_total',
    help: 'Text messages beyond 80 % of what may be sent in an hour, or beyond all of it; any is a reason to look.',
    labelNames: ['purse', 'budget'],
    registers,
  });

  return {
    countProtocol: ({ endpoint, outcome, clientId = 'none' }) => protocol.inc({ endpoint, outcome, client: clientId }),
    observeRequest: ({ route, method, status, seconds }) =>
      requests.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds),
    observeQuery: (milliseconds) => queries.observe(milliseconds / 1000),
    observeCommand: (command, milliseconds) => commands.observe({ command }, milliseconds / 1000),
    observePasswordWait: (milliseconds) => passwordWait.observe(milliseconds / 1000),
    countLogout: (outcome, by) => logouts.inc({ outcome }, by),
    observeOutsideCall: ({ service, outcome, seconds }) => outsideCalls.observe({ service, outcome }, seconds),
    countTextMessages: (outcome, by) => textMessages.inc({ outcome }, by),
    countSmsBudgetAlarm: (about) => smsBudgetAlarms.inc(about),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    },
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  };
}
