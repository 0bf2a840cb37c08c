import { parseArgs } from 'node:util';
import { createInboxApp } from './sms/app.ts';
import { createInbox } from './sms/inbox.ts';
import { logLine, serve } from './web/serve.ts';

/** Stands in for an SMS gateway: what is sent here is shown on a page instead of reaching a telephone. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '3003' } } });
const token = process.env.DEMO_TOKEN ?? 'demo-sms-gateway-token';
const inbox = createInbox({ now: Date.now });
serve({
  listener: createInboxApp({ inbox, log: logLine, token }).callback(),
  port: Number(values.port),
  name: 'sms-inbox',
});
