/**
 * Whole years of life on a day in Tehran, in the solar Hijri calendar: Iranian law counts majority in its years. Who was
 * born on the 30th of Esfand comes of age on the first of Farvardin where the year has no such day.
 *
 * @param birthDate ISO 8601 calendar date, Gregorian
 * @param at milliseconds since 1970
 */
export function ageInTehran(birthDate: string, at: number): number {
  const born = persianDate(Date.parse(`${birthDate}T12:00:00Z`), 'UTC');
  const today = persianDate(at, 'Asia/Tehran');
  const isBeforeBirthday = today.month < born.month || (today.month === born.month && today.day < born.day);
  return today.year - born.year - (isBeforeBirthday ? 1 : 0);
}

function persianDate(at: number, timeZone: string): { year: number; month: number; day: number } {
  const parts = formatIn(timeZone).formatToParts(at);
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return { year: number('year'), month: number('month'), day: number('day') };
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US-u-ca-persian-nu-latn', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
}
