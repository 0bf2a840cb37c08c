import type { Foundation } from './foundation.ts';

/** The services that verify an identity: one way out, and a circuit breaker for each of them. */
export function openRegisters({ settings, openOutbound, openOutside }: Foundation) {
  const fetch = openOutbound();
  return {
    civilRegistry: openOutside({ name: 'civil-registry', address: settings.outside.civilRegistry, fetch }),
    mobileOwnership: openOutside({ name: 'mobile-ownership', address: settings.outside.mobileOwnership, fetch }),
    close: () => fetch.close(),
  };
}
