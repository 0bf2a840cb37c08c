import type { Migrations } from '#platform/database/migrate.ts';
import * as dataKeys from './0001-data-keys.ts';
import * as changes from './0002-changes.ts';
import * as audit from './0003-audit.ts';
import * as citizens from './0004-citizens.ts';
import * as relyingParties from './0005-relying-parties.ts';
import * as signingKeys from './0006-signing-keys.ts';
import * as logoutOutbox from './0007-logout-outbox.ts';
import * as jwksFetches from './0008-jwks-fetches.ts';
import * as cookieKeys from './0009-cookie-keys.ts';
import * as factors from './0010-factors.ts';
import * as textMessages from './0011-text-messages.ts';
import * as proofing from './0012-proofing.ts';
import * as assurance from './0013-assurance.ts';
import * as ledger from './0014-ledger.ts';
import * as incidents from './0015-incidents.ts';
import * as organisations from './0016-organisations.ts';
import * as operators from './0018-operators.ts';
import * as registrations from './0019-registrations.ts';
import * as agreements from './0020-agreements.ts';
import * as relyingPartyHealth from './0021-relying-party-health.ts';
import * as acceptance from './0022-acceptance.ts';
import * as accountEndings from './0023-account-endings.ts';
import * as acceptanceRuns from './0028-acceptance-runs.ts';
import * as claimsSources from './0030-claims-sources.ts';
import * as attachedClaims from './0031-attached-claims.ts';
import * as adoption from './0032-adoption.ts';
import * as incidentWork from './0034-incident-work.ts';
import * as operatorActs from './0036-operator-acts.ts';
import * as lastUses from './0037-last-uses.ts';
import * as dataKeysThatFollow from './0038-data-keys-that-follow.ts';
import * as actsOfCommands from './0039-acts-of-commands.ts';

/** In the order they run. Forward-only: the version before still runs on the new schema. */
export const migrations: Migrations = {
  '0001-data-keys': dataKeys,
  '0002-changes': changes,
  '0003-audit': audit,
  '0004-citizens': citizens,
  '0005-relying-parties': relyingParties,
  '0006-signing-keys': signingKeys,
  '0007-logout-outbox': logoutOutbox,
  '0008-jwks-fetches': jwksFetches,
  '0009-cookie-keys': cookieKeys,
  '0010-factors': factors,
  '0011-text-messages': textMessages,
  '0012-proofing': proofing,
  '0013-assurance': assurance,
  '0014-ledger': ledger,
  '0015-incidents': incidents,
  '0016-organisations': organisations,
  '0018-operators': operators,
  '0019-registrations': registrations,
  '0020-agreements': agreements,
  '0021-relying-party-health': relyingPartyHealth,
  '0022-acceptance': acceptance,
  '0023-account-endings': accountEndings,
  '0028-acceptance-runs': acceptanceRuns,
  '0030-claims-sources': claimsSources,
  '0031-attached-claims': attachedClaims,
  '0032-adoption': adoption,
  '0034-incident-work': incidentWork,
  '0036-operator-acts': operatorActs,
  '0037-last-uses': lastUses,
  '0038-data-keys-that-follow': dataKeysThatFollow,
  '0039-acts-of-commands': actsOfCommands,
};
