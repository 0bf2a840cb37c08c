import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/**
 * A measurement for every answer, and a line: what went well at `debug`, since the proxy in front logs it too and the line
 * would cost a tenth of a cheap request; refusals at `info`, failures at `error`. The path is told by its room's name
 * alone: real paths hold identifiers.
 */
export function observeRequests({ log, metrics }: { log: Log; metrics: Pick<Metrics, 'observeRequest'> }) {
  return (request: IncomingMessage, response: ServerResponse, route: string): void => {
    const since = performance.now();
    const requestId = randomUUID();
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      const milliseconds = performance.now() - since;
      const method = request.method ?? '';
      metrics.observeRequest({ route, method, status: response.statusCode, seconds: milliseconds / 1000 });
      log[levelOf(response.statusCode)](
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

function levelOf(status: number): 'debug' | 'info' | 'error' {
  if (status >= 500) return 'error';
  return status >= 400 ? 'info' : 'debug';
}
