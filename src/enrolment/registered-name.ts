import type { RegisteredName } from '#proofing/journey.ts';
import type { InBothLanguages } from '#views/text/text.ts';

/** As the registry gives it; in English pages in Latin letters where it has them. */
export function nameOf(name: RegisteredName | undefined): InBothLanguages | undefined {
  if (name === undefined) return undefined;
  const { givenName, familyName, givenNameLatin, familyNameLatin } = name;
  const fa = `${givenName} ${familyName}`;
  const hasLatin = givenNameLatin !== undefined && familyNameLatin !== undefined;
  return { fa, en: hasLatin ? `${givenNameLatin} ${familyNameLatin}` : fa };
}
