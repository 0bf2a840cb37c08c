/**
 * Times as people in Iran read them: the Jalali calendar in Persian, the Gregorian one in English, both in
 * Tehran's time. The zone goes by its name because a fixed offset was wrong on half the days before 2022.
 */
import type { Language } from './text/text.ts';

const locales: Readonly<Record<Language, string>> = { fa: 'fa-IR-u-ca-persian', en: 'en-GB' };

/** Made once: making one costs more than a hundred dates, and a page of activity has forty. */
const dates = inEachLanguage({ day: 'numeric', month: 'long', year: 'numeric' });
const times = inEachLanguage({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const typedDays = new Intl.DateTimeFormat(locales.fa, {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'numeric',
  year: 'numeric',
});
const machineTimes = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
  timeZone: 'UTC',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** ۳۰ اسفند ۱۴۰۳, or 20 March 2025. `at` is milliseconds since 1970. */
export function formatDate(language: Language, at: number): string {
  return dates[language].format(at);
}

/** ۱۴۰۳/۱۲/۳۰ as people type it, or 2025-03-20 as a date box wants it. `at` is milliseconds since 1970. */
export function formatTypedDay(language: Language, at: number): string {
  return language === 'fa' ? typedDays.format(at) : machineTime(at).slice(0, 10);
}

/** ۱۴:۰۵, or 14:05. */
export function formatTime(language: Language, at: number): string {
  return times[language].format(at);
}

/** For the `datetime` attribute, which is read by machines: ISO 8601 in UTC. */
export function machineTime(at: number): string {
  const parts = machineTimes.formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}Z`;
}

function inEachLanguage(shape: Intl.DateTimeFormatOptions): Record<Language, Intl.DateTimeFormat> {
  const formatter = (language: Language) =>
    new Intl.DateTimeFormat(locales[language], { timeZone: 'Asia/Tehran', ...shape });
  return { fa: formatter('fa'), en: formatter('en') };
}
