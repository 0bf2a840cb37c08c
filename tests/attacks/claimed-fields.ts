/** Every name by which a verified field is known anywhere in the product, in three spellings, for a form that has none of them. */
export function claimedFields(citizenId: string): Record<string, string> {
  const names: [string, string][] = [
    ['identity_level', 'registry-and-phone-matched'],
    ['given_name', 'Shah'],
    ['family_name', 'Abbas'],
    ['given_name_latin', 'Shah'],
    ['family_name_latin', 'Abbas'],
    ['birth_date', '1900-01-01'],
    ['birthdate', '1900-01-01'],
    ['phone_number_verified', 'true'],
    ['phone_number', '+989990000001'],
    ['belongs_to', 'citizen'],
    ['proven_at', '1'],
    ['citizen_id', citizenId],
    ['state', 'active'],
    ['at', 'password'],
    ['registered', '{"givenName":"Shah"}'],
    ['person', '{"registered":{"givenName":"Shah"}}'],
    ['draft', '{"at":"password"}'],
    ['verified', 'true'],
    ['__proto__', '{"identityLevel":"registry-and-phone-matched"}'],
  ];
  return Object.fromEntries(
    names.flatMap(([name, value]) => [
      [name, value],
      [name.replace(/(?<=\w)_(\w)/g, (_, letter: string) => letter.toUpperCase()), value],
      [`person[${name}]`, value],
    ]),
  );
}
