/** Every claim that an agreement may name; those of the protocol's room, which this one does not know. A test keeps them the same. */
export const AGREEABLE_CLAIMS = [
  'given_name',
  'family_name',
  'given_name_latin',
  'family_name_latin',
  'updated_at',
  'birthdate',
  'is_over_15',
  'is_over_18',
  'is_over_21',
  'phone_number',
  'phone_number_verified',
  'national_code',
  'student_status',
  'degree',
  'field',
  'entry_year',
  'is_student',
  'degree_at_least',
] as const;

/** What allows a relying party to ask for a claim. */
export const LEGAL_BASES = ['consent', 'contract', 'law', 'public-task'] as const;

/**
 * What an agreement may demand, weakest first. The words are those of the citizens' room, which this one does not
 * know; a test keeps them the same.
 */
export const AGREEABLE_ACR: readonly string[] = [
  'urn:panjereh:aal:1',
  'urn:panjereh:aal:2',
  'urn:panjereh:aal:3',
  'phr',
  'phrh',
];

export const AGREEABLE_IDENTITY: readonly string[] = [
  'self-asserted',
  'registry-matched',
  'registry-and-phone-matched',
];
