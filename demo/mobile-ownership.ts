import { parseArgs } from 'node:util';
import { createMobileOwnershipApp } from './outside/mobile-ownership-app.ts';
import { logLine, serve } from './web/serve.ts';

/** Stands in for the mobile-ownership service (شاهکار): knows whose numbers those are, and can be switched to fail. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '3005' } } });
const token = process.env.DEMO_TOKEN ?? 'demo-mobile-ownership-token';
const app = createMobileOwnershipApp({ token, log: logLine });
serve({ listener: app.callback(), port: Number(values.port), name: 'mobile-ownership' });
