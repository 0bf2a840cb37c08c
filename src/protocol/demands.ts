import { type Acr, AUTHENTICATION_LEVELS, isAcr, leastOf, strongerOf } from '#citizens/authentication-levels.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';

/** How strong a sign-in has to be for one request. */
export type Demands = {
  /** The values to choose the answer's `acr` from, as the relying party would like them most. */
  wanted: readonly Acr[];
  /** What the citizen is asked to reach. */
  least: Acr;
  /** Below this there is no answer but an error; the difference to `least` is a wish. */
  mustReach: Acr;
  /** The answer has to name one of `wanted`. */
  isEssential: boolean;
  /** Essential, and none of it is a level that we know: it cannot be met by anybody. */
  isUnheardOf: boolean;
};

/** A request as it came, with the defaults of the relying party's metadata filled in. */
type Request = { acrValues: string | undefined; claims: string | undefined };

/**
 * `acr_values` and a voluntary `acr` claim are wishes, an essential `acr` claim must be met (OpenID Connect Core 1.0
 * sections 3.1.2.1 and 5.5.1.1), and so must the least level of the agreement.
 */
export function demandsOf(request: Request, relyingParty: Pick<RelyingParty, 'agreement'> | undefined): Demands {
  const { password } = AUTHENTICATION_LEVELS;
  const claim = readAcrClaim(request.claims);
  // Essential without a value asks for no level, only for being told one.
  const isDemand = claim.isEssential && claim.values.length > 0;
  const wishes = [...(request.acrValues?.split(' ') ?? []), ...(isDemand ? [] : claim.values)];
  const wanted = (isDemand ? claim.values : wishes).filter(isAcr);
  const agreed = relyingParty?.agreement.leastAcr;
  const floor = isAcr(agreed) ? agreed : password;
  return {
    wanted,
    least: strongerOf(floor, leastOf(wanted) ?? password),
    mustReach: isDemand ? strongerOf(floor, leastOf(claim.values) ?? password) : floor,
    isEssential: isDemand && wanted.length > 0,
    isUnheardOf: isDemand && wanted.length === 0,
  };
}

/** From the parameter itself: the library puts `acr_values` in the place of what the claims parameter said. */
function readAcrClaim(parameter: string | undefined): { isEssential: boolean; values: string[] } {
  const acr: unknown = parameter === undefined ? undefined : JSON.parse(parameter)?.id_token?.acr;
  if (typeof acr !== 'object' || acr === null) return { isEssential: false, values: [] };
  const { essential, value, values }: { essential?: unknown; value?: unknown; values?: unknown } = acr;
  const named = [...(Array.isArray(values) ? values : []), ...(value === undefined ? [] : [value])];
  return { isEssential: essential === true, values: named.map(String) };
}
