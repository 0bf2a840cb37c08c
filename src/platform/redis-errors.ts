/**
 * ioredis hangs the whole command on its errors, and logs print the properties of an error: passwords of AUTH and the
 * content of records would be written down. The message, which names no argument, stays.
 */
export function withoutArguments(error: Error): Error {
  for (const name of ['command', 'previousErrors', 'lastNodeError'] as const) Reflect.deleteProperty(error, name);
  return error;
}
