import type { AuditEvents } from '#audit/events.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { isApiScope } from './api-resource.ts';
import type { Caller } from './callers.ts';
import { Problem } from './problem.ts';

export type OwnEntries = ReturnType<typeof createOwnEntries>;

type Needs = {
  find(clientId: string): Promise<RelyingParty | undefined>;
  audit: Pick<AuditEvents, 'apiCallRefused'>;
};

/** The relying parties of the caller's organisation. Those of others are not there. */
export function createOwnEntries({ find, audit }: Needs) {
  return {
    /** @throws Problem not-found */
    async get(caller: Caller, clientId: string | undefined): Promise<RelyingParty> {
      const entry = clientId === undefined ? undefined : await find(clientId);
      if (entry?.organisationId === caller.organisationId) return entry;
      if (entry !== undefined)
        void audit.apiCallRefused({ clientId: caller.clientId, reason: 'foreign', about: clientId });
      throw new Problem('not-found');
    },

    /**
     * Whoever may change an entry can be it: a key or a secret of their own, and they have its tokens. So a token
     * changes only what may do no more with the API than itself.
     *
     * @throws Problem not-found | entry-may-more
     */
    async getToChange(caller: Caller, clientId: string | undefined): Promise<RelyingParty> {
      const entry = await this.get(caller, clientId);
      const beyond = entry.agreement.scopes.filter((scope) => isApiScope(scope) && !caller.scopes.includes(scope));
      if (beyond.length === 0) return entry;
      void audit.apiCallRefused({ clientId: caller.clientId, reason: 'entry-may-more', about: entry.clientId });
      throw new Problem('entry-may-more', { scopes: beyond });
    },
  };
}
