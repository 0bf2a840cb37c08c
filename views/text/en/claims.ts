import type { Text } from '../text.ts';

export const claims: Text['claims'] = {
  sub: 'Your identifier at this university',
  profile: 'Name and profile',
  given_name: 'Given name',
  family_name: 'Family name',
  given_name_latin: 'Given name in Latin letters',
  family_name_latin: 'Family name in Latin letters',
  birthdate: 'Date of birth',
  phone_number: 'Mobile number',
  phone_number_verified: 'Whether the mobile number is verified',
  national_code: 'National code',
  offline_access: 'Access while you are not signed in',
};
