import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * JSON lines on standard output, or to `to`. What callers pass is ids, counts and outcomes; as a second net, members that could
 * hold a secret or a person's data are cut out by name.
 */
export function createLog({ level, to = pino.destination(1) }: { level: string; to?: DestinationStream }): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ['password', 'national_code', 'phone', 'token', 'secret', 'cookie', 'authorization'].flatMap((name) => [
          name,
          `*.${name}`,
        ]),
        remove: true,
      },
      serializers: { err: describeError },
    },
    to,
  );
}

/** Type, message and stack of an error and its causes, without the objects that libraries hang on errors. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
