/**
 * Database errors quote what was in the row ("Key (phone)=(…) already exists") and PGlite adds every parameter. Logs print
 * the properties of an error, so the values are taken out before anybody else sees it. Names of tables and constraints,
 * and the SQLSTATE, stay.
 */
export function withoutValues(error: unknown): void {
  if (!(error instanceof Error)) return;
  for (const name of ['detail', 'where', 'params', 'internalQuery', 'hint'] as const) {
    if (name in error) Reflect.deleteProperty(error, name);
  }
  if (!quotesTheValue(error)) return;
  const told = `a value does not fit its type or its limits (SQLSTATE ${error.code})`;
  if (error.stack !== undefined) error.stack = error.stack.replace(error.message, told);
  error.message = told;
}

/** PostgreSQL, appendix A: class 22 is "data exception", whose messages repeat the value. */
function quotesTheValue(error: Error): error is Error & { code: string } {
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('22');
}
