import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** A line and a measurement for every answer. The path is told by its room's name alone: real paths hold identifiers. */
export function observeRequests({ log, metrics }: { log: Log; metrics: Pick<Metrics, 'observeRequest'> }) {
  return (request: IncomingMessage, response: ServerResponse, route: string): void => {
    const since = performance.now();
    const requestId = randomUUID();
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      const milliseconds = performance.now() - since;
      const method = request.method ?? '';
      metrics.observeRequest({ route, method, status: response.statusCode, seconds: milliseconds / 1000 });
      log.info(
        {
          requestId,
          method,
          route,
          status: response.statusCode,
          ms: Math.round(milliseconds * 10) / 10,
          isAborted: !response.writableFinished,
        },
        'answered',
      );
    });
  };
}
