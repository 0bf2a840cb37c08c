import { parseArgs } from 'node:util';
import { createCivilRegistryApp } from './outside/civil-registry-app.ts';
import { logLine, serve } from './web/serve.ts';

/** Stands in for the civil registry (ثبت احوال): knows some invented people, and can be switched to fail. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '3004' } } });
const token = process.env.DEMO_TOKEN ?? 'demo-civil-registry-token';
const app = createCivilRegistryApp({ token, log: logLine });
serve({ listener: app.callback(), port: Number(values.port), name: 'civil-registry' });
