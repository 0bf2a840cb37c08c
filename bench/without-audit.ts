/**
 * Loaded before the server (--import), in the benchmark alone: the audit forgets everything at once. Beside a server
 * that keeps it, what is left of the difference is what the ledger costs a sign-in.
 */
import { registerHooks } from 'node:module';

const FORGETFUL = `export function createAuditStore() {
  return {
    record: async () => {}, listOf: async () => [], lastUses: async () => new Map(), count: async () => 0,
    flush: async () => {},
  };
}`;

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/src/audit/audit-store.ts')
      ? { format: 'module', shortCircuit: true, source: FORGETFUL }
      : next(url, context),
});
