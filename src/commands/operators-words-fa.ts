import type { Operator } from '#operators/operators.ts';
import type { Role } from '#operators/permissions.ts';

/** Every word of `npm run operators`, in Persian; its shape is what every other language must fill. */
export type OperatorsWords = typeof operatorsWordsFa;

export type OperatorsOutcome = keyof typeof outcomes;

const roles: Readonly<Record<Role, string>> = {
  'university-staff': 'کارمند دانشگاه',
  ministry: 'وزارت',
  support: 'پشتیبانی',
  security: 'امنیت',
  auditor: 'بازرس',
};

const outcomes = {
  granted: 'نقش داده شد.',
  revoked: 'نقش گرفته شد. از درخواست بعدی دیگر کار نمی‌کند.',
  'would-grant': 'این آزمایش بود: نقش داده می‌شد. چیزی نوشته نشد.',
  'would-revoke': 'این آزمایش بود: نقش گرفته می‌شد. چیزی نوشته نشد.',
  already: 'این شخص این نقش را از پیش دارد.',
  'not-found': 'این شخص این نقش را ندارد.',
  'not-a-national-code': 'کد ملی درست نیست.',
  'no-such-citizen': 'کسی با این کد ملی حساب ندارد. نخست باید ثبت نام کند.',
  'not-active': 'حساب این شخص قفل یا بسته است.',
  'no-such-organisation': 'سازمانی با این شناسه نیست.',
  'wrong-organisation': 'کارمند دانشگاه با ‎--organisation نام برده می‌شود، و نقش‌های دیگر بی آن.',
  'why-missing': 'دلیل خالی است.',
};

export const operatorsWordsFa = {
  help: {
    program: 'متصدیان: شهروندانی که در پیشخان نقشی دارند. نخستین آنان با این فرمان ساخته می‌شوند.',
    grant: 'دادن یک نقش به یک شهروند',
    revoke: 'گرفتن یک نقش از یک شهروند',
    list: 'چه کسی چه نقشی دارد',
    role: 'نقش',
    citizen: 'کد ملی؛ بی آن از ورودی استاندارد خوانده می‌شود، که بهتر است: فرمان‌ها را دیگران می‌بینند',
    organisation: 'شناسهٔ سازمان؛ فقط و همیشه برای کارمند دانشگاه',
    why: 'دلیل؛ ثبت می‌شود',
    by: 'چه کسی این کار را می‌کند؛ ثبت می‌شود',
    dryRun: 'بگو چه می‌شد، و چیزی ننویس',
    json: 'داده برای برنامه‌ها',
    language: 'زبان پاسخ',
    exitCodes:
      'کدهای خروج: ۰ انجام شد یا از پیش چنین بود، ۱ شکست خورد، ۲ فهمیده نشد، ۳ نشد و چیزی نوشته نشد، ۵ پایگاه داده یا کلید در دسترس نیست.',
  },
  prompt: 'کد ملی را بنویسید و با Enter و Ctrl-D پایان دهید:',
  outcomes,
  nobody: 'هنوز کسی نقشی ندارد.',
  line: ({ name, role, organisationId, citizenId, grantedAt }: Operator & { name: string }): string =>
    [
      `${name} (${citizenId})`,
      roles[role],
      ...(organisationId === undefined ? [] : [organisationId]),
      `از ${new Intl.DateTimeFormat('fa-IR', { dateStyle: 'long', timeZone: 'Asia/Tehran' }).format(grantedAt)}`,
    ].join('، '),
};
