import { type Html, html } from '../../html.ts';
import { formatNumber } from '../../numbers.ts';

const number = (n: number) => formatNumber('fa', n);

export const common = {
  siteName: 'پنجره',
  siteDescription: 'ورود یکپارچهٔ دانشگاه‌های ایران',
  pageTitle: (heading: string) => `${heading} - پنجره`,
  errorTitle: (heading: string) => `خطا: ${heading}`,
  skipToContent: 'رفتن به متن اصلی',
  otherLanguage: 'English',
  switchLanguage: 'تغییر زبان به انگلیسی',
  footer: 'پنجره رمز عبور شما را به هیچ دانشگاهی نمی‌دهد.',
  problems: (n: number) => `${n === 1 ? 'یک' : number(n)} مشکل پیش آمده است`,
  error: 'خطا:',
  optional: '(اختیاری)',
  number,
  seconds: (n: number) => `${number(n)} ثانیه`,
  minutes: (n: number) => `${number(n)} دقیقه`,
  days: (n: number) => `${number(n)} روز`,
  years: (n: number) => `${number(n)} سال`,
  dateAndTime: (date: string, time: string) => `${date}، ساعت ${time}`,
  listSeparator: '، ',
  backTo: (name: Html) => html`بازگشت به ${name}`,
};
