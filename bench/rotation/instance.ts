/**
 * src/main.ts with days pressed into seconds, for bench/rotation alone. What a production process refuses is possible
 * here because it is handed in as a value: this file is in no image, and it refuses every issuer that could be real.
 *
 * Run by bench/rotation/nodes.ts with an instance's environment, and with the name of what a negative control takes
 * away. SIGUSR2 takes the keys out of the key set for one second, which is another one.
 */
import { once } from 'node:events';
import { createLog } from '#platform/log.ts';
import { createApp } from '#root/app.ts';
import { createServices } from '#root/services.ts';
import { readSettings } from '#root/settings.ts';
import { timingFor, weaknesses } from './timing.ts';

const EMPTY_FOR_MS = 1_000;

const timing = weaknesses.find((name) => name === process.argv[2]) ?? 'pressed';
// The receiver of logout tokens listens on this machine.
const settings = { ...readSettings(), mayReachLoopback: true };
if (!new URL(settings.issuer).hostname.endsWith('.example'))
  throw new Error(`${settings.issuer} is no issuer of a benchmark: RFC 2606 keeps .example for what is not real`);

const log = createLog({ level: settings.logLevel });
const services = await createServices(settings, { log, keyTiming: timingFor(timing) });
let isEmpty = false;
process.on('SIGUSR2', () => {
  isEmpty = true;
  setTimeout(() => {
    isEmpty = false;
  }, EMPTY_FOR_MS);
});
// An instance that cannot ask its database is kept from answering twice over; to see what the ring's own fence is for,
// the other one has to go as well.
const changeFeed = { ...services.changeFeed, ...(timing === 'no-fence' && { silentForMs: () => 0 }) };
const { server, metricsServer, setDraining } = createApp({
  ...services,
  changeFeed,
  answerJwks(ring, request, response) {
    if (!isEmpty) return services.answerJwks(ring, request, response);
    response.writeHead(200, { 'Content-Type': 'application/jwk-set+json', 'Cache-Control': 'public, max-age=1' });
    response.end('{"keys":[]}');
  },
});
server.listen(settings.listen);
metricsServer.listen(settings.metrics);
await Promise.all([once(server, 'listening'), once(metricsServer, 'listening')]);
log.info('ready');

process.once('SIGTERM', async () => {
  setDraining();
  await Promise.all(
    [server, metricsServer].map((it) => {
      const closed = new Promise<void>((resolve) => it.close(() => resolve()));
      it.closeIdleConnections();
      return closed;
    }),
  );
  await services.close();
});
