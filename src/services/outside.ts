import { createOutsideService } from '#platform/outside-service.ts';
import type { Foundation } from './foundation.ts';

/** The services that verify an identity: one way out, and a circuit breaker for each of them. */
export function openOutside({ settings, clock, metrics, openOutbound }: Foundation) {
  const fetch = openOutbound();
  const open = (name: string, { url, token }: { url: string; token: string }) =>
    createOutsideService({ name, url, token, fetch, clock, metrics });
  return {
    civilRegistry: open('civil-registry', settings.outside.civilRegistry),
    mobileOwnership: open('mobile-ownership', settings.outside.mobileOwnership),
    close: () => fetch.close(),
  };
}
