/** What the demo's universities know of invented people, found by the name with which they sign in. */
export type Student = {
  name: string;
  claims: {
    student_status: 'active' | 'on-leave' | 'graduated' | 'left';
    degree?: 'associate' | 'bachelor' | 'master' | 'professional-doctorate' | 'doctorate';
    field: string;
    entry_year: number;
  };
};

const NILOUFAR = 'نیلوفر رستگار';
const ARASH = 'آرش کاویانی';
const SANAZ = 'ساناز می‌آبادی';

/** By the client id of the university. Whoever is not here is unknown there. */
export const STUDENTS: Readonly<Record<string, readonly Student[]>> = {
  'demo-university-one': [
    { name: NILOUFAR, claims: { student_status: 'active', field: 'مهندسی کامپیوتر', entry_year: 1402 } },
    {
      name: SANAZ,
      claims: { student_status: 'graduated', degree: 'bachelor', field: 'زبان و ادبیات فارسی', entry_year: 1396 },
    },
  ],
  'demo-university-two': [
    { name: ARASH, claims: { student_status: 'active', degree: 'bachelor', field: 'ریاضی کاربردی', entry_year: 1404 } },
    { name: SANAZ, claims: { student_status: 'active', field: 'زبان‌شناسی', entry_year: 1403 } },
  ],
};
