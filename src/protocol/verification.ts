import type { Citizen, IdentityLevel } from '#citizens/citizen.ts';
import { CLAIMS, type ClaimName, isClaimName } from './claims.ts';

/** One answer that an outside service once gave about a citizen. */
export type KnownEvidence = {
  source: 'civil-registry' | 'mobile-ownership';
  method: string;
  /** Milliseconds since 1970. */
  at: number;
  transaction: string;
  result: string;
};

/** A statement about how some claims were verified, in the members of OpenID Identity Assurance Schema 1.0 section 5. */
export type Verification = {
  verification: VerificationMembers;
  /** The claims that it speaks for. */
  claims: Readonly<Record<string, KnownValue>>;
};

/** A function where the answer depends on what was asked; undefined is no answer. */
type KnownValue = string | number | boolean | ((wish: unknown) => boolean | undefined);

type VerificationMembers = {
  trust_framework: string;
  /** Of the identity; a source says nothing of how well it knows somebody. */
  assurance_level?: IdentityLevel;
  assurance_process: { policy: string; procedure: string };
  time?: string;
  verification_process?: string;
  evidence?: readonly ElectronicRecord[];
};

type ElectronicRecord = {
  type: 'electronic_record';
  check_details: readonly { check_method: string; organization: string; check_id?: string; time: string }[];
  time: string;
  record: { type: string; source: { name: string; country: string } };
};

/** Ours alone: no public trust framework covers the civil registry and Shahkar. docs/decisions/0017 says what it means. */
export const TRUST_FRAMEWORK = 'urn:panjereh:trust-framework:1';
const POLICY = 'urn:panjereh:identity-policy:1';

/** `population_register` is predefined by the eKYC working group; a number's owner has no name there. */
const RECORD_TYPES = {
  'civil-registry': 'population_register',
  'mobile-ownership': 'urn:panjereh:record:mobile-subscription',
} as const;

/** What a university keeps of its students. */
export const SOURCE_RECORD = 'urn:panjereh:record:student-register';

const SOURCES = {
  'civil-registry': 'National Organization for Civil Registration',
  'mobile-ownership': 'Shahkar',
} as const;

/** What has to be known before a statement of this level is made, and the answers that make it true. */
const LEVELS: readonly { level: IdentityLevel; sources: readonly KnownEvidence['source'][]; procedure: string }[] = [
  {
    level: 'registry-and-phone-matched',
    sources: ['civil-registry', 'mobile-ownership'],
    procedure: 'registry-and-mobile-ownership',
  },
  { level: 'registry-matched', sources: ['civil-registry'], procedure: 'registry' },
];

/** Answers that confirmed what was asked. */
const CONFIRMING: ReadonlySet<string> = new Set(['matched', 'owner']);

const CLAIMS_IN_VERIFIED_CLAIMS: readonly ClaimName[] = Object.keys(CLAIMS)
  .filter(isClaimName)
  .filter((claim) => CLAIMS[claim].from !== 'account' && claim !== 'phone_number_verified');

/** For the discovery document (OpenID Connect for Identity Assurance 1.0 section 8). */
export const VERIFIED_CLAIMS_METADATA = {
  verified_claims_supported: true,
  trust_frameworks_supported: [TRUST_FRAMEWORK],
  evidence_supported: ['electronic_record'],
  electronic_records_supported: [...Object.values(RECORD_TYPES), SOURCE_RECORD],
  claims_in_verified_claims_supported: CLAIMS_IN_VERIFIED_CLAIMS,
};

/**
 * Everything that can truly be said about how this citizen was verified, strongest first. A stronger verification
 * includes the weaker one, so both may be said. A self-asserted identity has none.
 *
 * @param now milliseconds since 1970
 */
export function verificationsOf(citizen: Citizen, known: readonly KnownEvidence[], now: number): Verification[] {
  const reached = LEVELS.findIndex(({ level }) => level === citizen.identityLevel);
  if (reached < 0) return [];
  return LEVELS.slice(reached).map(({ level, sources, procedure }) => {
    const answers = sources.flatMap((source) => newest(known, source));
    const isComplete = answers.length === sources.length;
    return {
      verification: {
        trust_framework: TRUST_FRAMEWORK,
        assurance_level: level,
        assurance_process: { policy: POLICY, procedure },
        ...(isComplete && { time: isoTime(Math.max(...answers.map(({ at }) => at))) }),
        ...(answers.length > 0 && { evidence: answers.map(electronicRecord) }),
      },
      claims: Object.fromEntries(
        CLAIMS_IN_VERIFIED_CLAIMS.flatMap((claim) => {
          const { from, of } = CLAIMS[claim];
          const value = sources.some((source) => source === from) ? of(citizen, now) : undefined;
          return value === undefined ? [] : [[claim, value] as const];
        }),
      ),
    };
  });
}

/** The last answer of a source counts, and only while it confirms. */
function newest(known: readonly KnownEvidence[], source: KnownEvidence['source']): KnownEvidence[] {
  return known
    .filter((evidence) => evidence.source === source && CONFIRMING.has(evidence.result))
    .sort((one, other) => other.at - one.at)
    .slice(0, 1);
}

function electronicRecord({ source, method, at, transaction }: KnownEvidence): ElectronicRecord {
  const time = isoTime(at);
  return {
    type: 'electronic_record',
    check_details: [
      {
        check_method: `urn:panjereh:check:${method}`,
        organization: SOURCES[source],
        ...(transaction !== '' && { check_id: transaction }),
        time,
      },
    ],
    time,
    record: { type: RECORD_TYPES[source], source: { name: SOURCES[source], country: 'IR' } },
  };
}

/** In UTC, which tells nothing of where somebody was. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
