import type { Attachment } from '#sources/attachments.ts';
import { hasDegreeAtLeast, isStudent, MINIMAL_CLAIMS } from '#sources/source-claims.ts';
import { CLAIMS, isClaimName } from './claims.ts';
import { DELIVERIES, isMembers, verifiedClaimsRequest } from './requested-claims.ts';
import { isoTime, SOURCE_RECORD, TRUST_FRAMEWORK, type Verification } from './verification.ts';

type MinimalClaim = keyof typeof MINIMAL_CLAIMS;

/** Whether a claim rests on what a source said, as it is or worked out of it. */
export function isAttachedClaim(claim: string): boolean {
  return isClaimName(claim) && CLAIMS[claim].from === 'source';
}

/** Which claims could be told of somebody with these attached: what nobody can say is nothing to decide on. */
export function attachedClaimNames(attached: readonly Attachment[]): ReadonlySet<string> {
  const said = new Set<string>(attached.flatMap(({ source }) => source.claims));
  const minimal = Object.entries(MINIMAL_CLAIMS).filter(([, needed]) => said.has(needed));
  return new Set([...said, ...minimal.map(([name]) => name)]);
}

/**
 * As aggregated claims (OpenID Connect Core 1.0 section 5.6.2): each by the first source that says it, with a JWT that
 * says this claim and no other. So the library, which takes out what was not asked for, takes out its JWT, too.
 */
export function aggregatedClaims(attached: readonly Attachment[], mayTell: (claim: string) => boolean) {
  const names: Record<string, string> = {};
  const sources: Record<string, { JWT: string }> = {};
  for (const [index, { source, statements }] of preferred(attached).entries()) {
    for (const claim of source.claims) {
      const statement = statements[claim];
      if (statement === undefined || Object.hasOwn(names, claim) || !mayTell(claim)) continue;
      names[claim] = `source-${index + 1}-${claim}`;
      sources[names[claim]] = { JWT: statement };
    }
  }
  return Object.keys(names).length === 0 ? {} : { _claim_names: names, _claim_sources: sources };
}

/** Whether anybody's student, and whether anybody awarded so much: yes or no, and not by whom. */
export function minimalClaims(
  attached: readonly Attachment[],
  { mayTell, wishes }: { mayTell(claim: string): boolean; wishes: Readonly<Record<string, unknown>> },
): Record<string, boolean> {
  const told = (name: MinimalClaim) => {
    const answers = attached
      .map((each) => minimalOf(each, name, wishes[name]))
      .filter((answer) => answer !== undefined);
    return mayTell(name) && answers.length > 0 ? { [name]: answers.includes(true) } : {};
  };
  return { ...told('is_student'), ...told('degree_at_least') };
}

/** One statement for each source, with the source as the authority that keeps the record. */
export function verificationsBySources(attached: readonly Attachment[]): Verification[] {
  return preferred(attached).map((each) => {
    const { source, claims, fetchedAt } = each;
    const time = isoTime(fetchedAt);
    const said = source.claims.flatMap((claim) =>
      claims[claim] === undefined ? [] : [[claim, claims[claim]] as const],
    );
    const student = minimalOf(each, 'is_student', null);
    return {
      verification: {
        trust_framework: TRUST_FRAMEWORK,
        assurance_process: { policy: 'urn:panjereh:source-policy:1', procedure: 'said-by-source' },
        time,
        evidence: [
          {
            type: 'electronic_record',
            check_details: [{ check_method: 'urn:panjereh:check:signed-answer', organization: source.name.en, time }],
            time,
            record: { type: SOURCE_RECORD, source: { name: source.name.en, country: 'IR' } },
          },
        ],
      },
      claims: {
        ...Object.fromEntries(said),
        ...(student !== undefined && { is_student: student }),
        degree_at_least: (wish: unknown) => minimalOf(each, 'degree_at_least', wish),
      },
    };
  });
}

/** Whose student somebody is now stands before where they once were; among equals the newest answer. */
function preferred(attached: readonly Attachment[]): Attachment[] {
  const rank = ({ claims }: Attachment) => Number(isStudent(claims) ?? false);
  return attached.toSorted((one, other) => rank(other) - rank(one) || other.fetchedAt - one.fetchedAt);
}

function minimalOf({ source, claims }: Attachment, name: MinimalClaim, wish: unknown): boolean | undefined {
  if (!source.claims.includes(MINIMAL_CLAIMS[name])) return undefined;
  if (name === 'is_student') return isStudent(claims);
  return isMembers(wish) ? hasDegreeAtLeast(claims, wish.value) : undefined;
}

/**
 * Whether one request asks about one degree: with a question for each of them the degree itself would be told, to
 * somebody who may only know whether it is enough.
 */
export function asksAboutOneDegree(request: unknown): boolean {
  const parts = DELIVERIES.flatMap((delivery) => {
    const part = isMembers(request) ? request[delivery] : undefined;
    const within = verifiedClaimsRequest(request, delivery).elements.map(({ claims }) => claims);
    return [part, ...within].filter(isMembers);
  });
  const wishes = parts.map((part) => part.degree_at_least).filter(isMembers);
  return new Set(wishes.map(({ value }) => value)).size <= 1;
}
