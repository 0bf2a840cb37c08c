/**
 * Loaded before the server (--import), in the benchmark alone: at the signal FORGET the audit forgets every event at
 * once, at the next it keeps them again. What is left of the difference is what the ledger costs a sign-in, in one
 * process: two of them differ by more than that, whatever they run.
 */
import { registerHooks } from 'node:module';

const WRAPPED = `
import { createAuditStore as createKeeping } from './audit-store.ts?keeping';

export function createAuditStore(needs) {
  const keeping = createKeeping(needs);
  let forgets = false;
  process.on('SIGUSR2', () => { forgets = !forgets; });
  return { ...keeping, record: async (event, urgency) => forgets ? undefined : keeping.record(event, urgency) };
}`;

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/src/audit/audit-store.ts')
      ? { format: 'module', shortCircuit: true, source: WRAPPED }
      : next(url, context),
});
