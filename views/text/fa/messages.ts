import { formatNumber } from '../../numbers.ts';

/**
 * Text messages. A part of an SMS holds 70 characters of Persian, so every word counts. A code stands in front, where
 * a notification shows it, and once more in the last line in the form that browsers fill in (WebOTP: `@host #code`).
 */
export const messages = {
  'sign-in-code': ({ code }: Values) => `${code} کد ورود به پنجره. به کسی ندهید.`,
  'phone-code': ({ code }: Values) => `${code} کد تأیید شمارهٔ شما در پنجره`,
  'phone-owner-code': ({ code }: Values) =>
    `${code} یکی از نزدیکان شما می‌خواهد با این شماره در پنجره ثبت‌نام کند. اگر او را نمی‌شناسید، کد را به کسی ندهید.`,
  'recovery-code': ({ code }: Values) => `${code} کد بازیابی حساب پنجره. به کسی ندهید.`,
  'puzzle-way': ({ code }: Values) => `${code} کد ادامهٔ ورود به پنجره`,
  'factor-changed': ({ factor = '', act = '' }: Values) =>
    `پنجره: ${FACTORS[factor] ?? 'راه ورود شما'} ${ACTS[act] ?? 'تغییر کرد'}. اگر کار شما نبود، همین حالا رمز خود را عوض کنید.`,
  'new-device': ({ device = 'دستگاهی تازه', link = '' }: Values) =>
    `پنجره: با حساب شما از ${device} وارد شدند. اگر شما نبودید، همین حالا بگویید: ${link}`,
  'closing-asked': ({ days = '', link = '' }: Values) =>
    `پنجره: بستن حساب شما درخواست شد و ${formatNumber('fa', Number(days))} روز دیگر انجام می‌شود. اگر نمی‌خواهید، جلوی آن را بگیرید: ${link}`,
  'closing-stopped': () => 'پنجره: بستن حساب شما متوقف شد. حساب شما مانند پیش کار می‌کند.',
  'account-closed': ({ link = '' }: Values) =>
    `پنجره: حساب شما به خواست خودتان بسته شد. هر وقت بخواهید دوباره ثبت‌نام کنید: ${link}`,
  'recovery-begun': ({ link = '' }: Values) =>
    `پنجره: بازیابی حساب شما آغاز شد و تا ۲۴ ساعت دیگر انجام می‌شود. اگر کار شما نیست، جلوی آن را بگیرید: ${link}`,
  'enrolment-done': ({ link = '' }: Values) => `پنجره: بررسی هویت شما انجام شد. ادامهٔ ثبت‌نام: ${link}`,
  'account-exists': ({ link = '' }: Values) =>
    `پنجره: شما پیش‌تر ثبت‌نام کرده‌اید. وارد شوید یا رمز خود را بازیابی کنید: ${link}`,
};

type Values = Readonly<Record<string, string>>;

const FACTORS: Values = {
  password: 'رمز عبور شما',
  authenticator: 'برنامهٔ رمزساز',
  passkey: 'گذرکلید',
  'recovery-codes': 'کدهای بازیابی شما',
  phone: 'شمارهٔ همراه شما',
};

const ACTS: Values = { added: 'اضافه شد', removed: 'حذف شد', changed: 'عوض شد' };
