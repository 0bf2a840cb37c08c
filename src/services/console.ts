import { listOperatorActs, type OperatorActFilter } from '#audit/operator-acts-store.ts';
import { createActorNames } from '#console/actor-names.ts';
import { createShownAgreement } from '#console/approvals/shown-agreement.ts';
import { createShownChanges } from '#console/approvals/shown-changes.ts';
import { createConsoleForms } from '#console/console-forms.ts';
import { createConsoleFrames } from '#console/console-frames.ts';
import type { ConsoleKeys } from '#console/console-keys.ts';
import { CONSOLE_SESSION_LIVES, createConsoleSessions } from '#console/console-sessions.ts';
import { createLogoutTokenCheck } from '#console/logout-token.ts';
import { createOperatorHere } from '#console/operator-here.ts';
import { createPendingSignIns } from '#console/pending-sign-ins.ts';
import { createPersonNames } from '#console/person-names.ts';
import { createConsoleRelyingParty } from '#console/relying-party.ts';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { createSecretCookie } from '#platform/http/secret-cookie.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import type { PageFrames } from '#protocol/page-frame.ts';
import type { ApprovalServices } from './approvals.ts';
import type { Foundation } from './foundation.ts';
import type { People } from './people.ts';
import type { Registry } from './registry.ts';

type Needs = ApprovalServices & { registry: Registry; people: People; frames: PageFrames; keys: ConsoleKeys };

/** Operators, and what their console signs them in with. */
export function createConsole(foundation: Foundation, { registry, people, frames, keys, operators, approvals }: Needs) {
  const { settings, clock, redis, state: store, stateHash: hash, cookieHash } = foundation;
  const { issuer } = settings;
  const cookie = createSecretCookie({
    name: 'panjereh_console',
    isSecure: issuer.startsWith('https://'),
    livesMs: CONSOLE_SESSION_LIVES,
  });
  const sessions = createConsoleSessions({ store, hash, clock });
  const relyingParty = createConsoleRelyingParty({ issuer, keys, fetch: registry.consoleFetch, clock });
  const forms = createConsoleForms({ hash: cookieHash, origin: new URL(issuer).origin });

  const rateLimits = createRateLimits(redis === undefined ? {} : { redis });
  const nameOf = createPersonNames({ findCitizen: people.findCitizen });
  const nameOfActor = createActorNames({ nameOf, findAnyRelyingParty: registry.relyingParties.find });

  return {
    nameOf,
    nameOfActor,
    shownChanges: createShownChanges({
      organisations: registry.organisations,
      findAnyRelyingParty: registry.relyingParties.find,
      nameOf,
    }),
    shownAgreement: createShownAgreement({ agreements: registry.agreements }),
    operators,
    approvals,
    cookie,
    sessions,
    relyingParty,
    forms,
    consoleFrames: createConsoleFrames({ frames, forms }),
    pending: createPendingSignIns({ store, hash }),
    checkLogoutToken: createLogoutTokenCheck({ issuer, keys: relyingParty.signingKeys, store, hash }),
    operatorHere: createOperatorHere({
      sessions,
      cookie,
      findCitizen: people.findCitizen,
      operatorsOf: operators.operatorsOf,
    }),
    /** An address that is checked is asked for: so often by one operator, and no more. */
    addressChecks: rateLimits.createQuota({ name: 'console-addresses', attempts: 120, withinMs: 1 * MINUTE }),
    /** Far more roles than one person gives in an hour, and far too few to find out who has an account. */
    personLookUps: rateLimits.createQuota({ name: 'console-persons', attempts: 30, withinMs: 1 * HOUR }),
    findByNationalCode: people.citizens.findByNationalCode,
    listOperatorActs: (filter: OperatorActFilter) => listOperatorActs(foundation.database, filter),
    findSubject: registry.subjects.findCitizen,
  };
}
