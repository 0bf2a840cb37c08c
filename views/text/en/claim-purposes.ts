import type { Text } from '../text.ts';

export const claimPurposes: Text['claimPurposes'] = {
  given_name: 'To address the citizen, and to write the name in a record',
  family_name: 'To address the citizen, and to write the family name in a record',
  given_name_latin: 'To write the name in degrees and certificates in English',
  family_name_latin: 'To write the family name in degrees and certificates in English',
  updated_at: 'To know whether a record has to be renewed',
  birthdate: 'To tell records of people with one name apart; where an age is enough, ask for “over …” instead',
  is_over_15: 'A service whose youngest users are fifteen',
  is_over_18: 'A service that needs eighteen full years',
  is_over_21: 'A service whose youngest users are twenty-one',
  phone_number: 'To tell the citizen about the service they asked for',
  phone_number_verified: 'To know that the number belongs to this citizen',
  national_code: 'Only where a law demands that it is recorded, as for degrees, payments and insurance',
  student_status: 'Where the details count, as for transfers and guest students; else “whether a student” is enough',
  degree: 'Admission to a course whose record must name the earlier degree; else “degree at least …” is enough',
  field: 'To compare the earlier field with what the citizen applies for',
  entry_year: 'To count years of study, where a rule asks for it',
  is_student: 'A service or a discount for students',
  degree_at_least: 'A service with a least degree, without learning the degree itself',
};
