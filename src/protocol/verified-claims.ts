import { SECOND } from '#platform/durations.ts';
import { isMembers } from './requested-claims.ts';
import type { Verification } from './verification.ts';

/**
 * Answers a request for `verified_claims` (OpenID Connect for Identity Assurance 1.0 sections 5.2 to 5.7):
 * - nothing is said that was not asked for, and nothing that does not meet what was asked;
 * - a claim that is missing, not allowed, or of another value than asked for is left out;
 * - where the verification itself does not meet the request, the whole element is left out;
 * - `essential` changes none of this, and nothing of it is an error.
 */
type VerifiedClaims = { verification: Record<string, unknown>; claims: Record<string, unknown> };

type Element = Readonly<Record<string, unknown>>;

type Answering = {
  /** Strongest first; the first that meets the request is told. */
  verifications: readonly Verification[];
  /** Agreed with the relying party and allowed by the citizen. */
  mayTell(claim: string): boolean;
  /** Milliseconds since 1970. */
  now: number;
};

/** Undefined where nothing can be said. A request with a list is answered with a list. */
export function answerVerifiedClaims(
  { isList, elements }: { isList: boolean; elements: readonly Element[] },
  answering: Answering,
): VerifiedClaims | VerifiedClaims[] | undefined {
  const answers = elements.flatMap((element) => answerElement(element, answering));
  if (answers.length === 0) return undefined;
  return isList ? answers : answers[0];
}

function answerElement({ verification: asked, claims }: Element, answering: Answering): VerifiedClaims[] {
  // The trust framework has to be named in the request: what it means to be verified depends on it.
  if (!isMembers(asked) || !Object.hasOwn(asked, 'trust_framework') || !isMembers(claims)) return [];
  for (const available of answering.verifications) {
    const verification = pick(asked, available.verification, answering.now);
    if (verification === UNMET || !isMembers(verification)) continue;
    const told = claimsToTell(claims, available, answering);
    if (Object.keys(told).length > 0) return [{ verification, claims: told }];
  }
  return [];
}

function claimsToTell(asked: Element, { claims }: Verification, { mayTell, now }: Answering): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(asked)
      .filter(([name]) => Object.hasOwn(claims, name) && mayTell(name))
      .flatMap(([name, wish]) => {
        const known = claims[name];
        const value = typeof known === 'function' ? known(wish) : pick(wish, known, now);
        return value === UNMET || value === undefined ? [] : [[name, value]];
      }),
  );
}

const UNMET = Symbol('the request is not met');

/** Without these an answer would not be one (OpenID Identity Assurance Schema 1.0 section 5). */
const ALWAYS_TOLD: ReadonlySet<string> = new Set(['trust_framework', 'type', 'check_method']);

/** What of `available` was asked for, undefined for nothing, or UNMET. A member that does not exist is left out unless something was demanded of it. */
function pick(asked: unknown, available: unknown, now: number): unknown {
  if (Array.isArray(available)) return pickEntries(asked, available, now);
  if (isMembers(available)) return pickMembers(asked, available, now);
  if (asked === null) return available;
  if (!isMembers(asked)) return UNMET;
  return meets(asked, available, now) ? available : UNMET;
}

function pickMembers(asked: unknown, available: Element, now: number): unknown {
  if (asked === null) return available;
  // Nothing that has members is one value, or has an age.
  if (!isMembers(asked) || isRestricting(asked)) return UNMET;
  const told = Object.entries(available).filter(([name]) => ALWAYS_TOLD.has(name));
  const picked = new Map<string, unknown>(told);
  for (const [name, wish] of Object.entries(asked)) {
    const value = Object.hasOwn(available, name) ? available[name] : undefined;
    if (value === undefined && !isDemanding(wish)) continue;
    const found = value === undefined ? UNMET : pick(wish, value, now);
    if (found === UNMET) return UNMET;
    if (found !== undefined) picked.set(name, found);
  }
  return picked.size === 0 ? undefined : Object.fromEntries(picked);
}

/** Each entry of the request is a filter and a template; an entry that fits several is told once, by the first. */
function pickEntries(asked: unknown, available: readonly unknown[], now: number): unknown {
  // What of the entries is meant has to be said.
  if (asked === null) return undefined;
  const templates: unknown[] = Array.isArray(asked) ? asked : [];
  const picked = available.flatMap((entry) => {
    for (const template of templates) {
      const found = namesItsType(template, entry) ? pick(template, entry, now) : UNMET;
      if (found !== UNMET) return [found];
    }
    return [];
  });
  return picked.length === 0 ? UNMET : picked;
}

/** Evidence is asked for by its type and never by several types at once (section 5.3). */
function namesItsType(template: unknown, entry: unknown): boolean {
  if (!isMembers(entry) || !Object.hasOwn(entry, 'type')) return isMembers(template);
  return isMembers(template) && isMembers(template.type) && Object.hasOwn(template.type, 'value');
}

function meets(asked: Element, available: unknown, now: number): boolean {
  if (Object.hasOwn(asked, 'value') && asked.value !== available) return false;
  if (Object.hasOwn(asked, 'values') && !(Array.isArray(asked.values) && asked.values.includes(available)))
    return false;
  return !Object.hasOwn(asked, 'max_age') || isYoung(available, asked.max_age, now);
}

/** From the last second of the day where it is a date alone. */
function isYoung(available: unknown, maxAge: unknown, now: number): boolean {
  if (typeof available !== 'string' || typeof maxAge !== 'number') return false;
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(available) ? `${available}T23:59:59Z` : available);
  return !Number.isNaN(time) && now - time <= maxAge * SECOND;
}

/** Something, however deep, that only one value or age would meet. */
function isDemanding(wish: unknown): boolean {
  if (Array.isArray(wish)) return wish.some(isDemanding);
  if (!isMembers(wish)) return false;
  return isRestricting(wish) || Object.values(wish).some(isDemanding);
}

function isRestricting(wish: Element): boolean {
  return ['value', 'values', 'max_age'].some((member) => Object.hasOwn(wish, member));
}
