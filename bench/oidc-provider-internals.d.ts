/** The library's own in-memory storage holds 1,000 entries; the yardstick needs the same code with more room. */
declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { Adapter } from 'oidc-provider';

  const MemoryAdapter: new (model: string, storage: unknown, clockTolerance: number) => Adapter;
  export default MemoryAdapter;
}
declare module 'oidc-provider/lib/helpers/lru.js' {
  const Lru: new (options: { maxSize: number }) => unknown;
  export default Lru;
}
