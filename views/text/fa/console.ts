import { type Html, html } from '../../html.ts';
import { formatNumber } from '../../numbers.ts';

const number = (n: number) => formatNumber('fa', n);

export const console = {
  title: 'میز کار',
  navigation: 'بخش‌های میز کار',
  signOut: 'خروج از میز کار',
  sections: {
    home: 'میز کار',
    organisations: 'سازمان‌ها',
    operators: 'همکاران',
    approvals: 'تصمیم‌ها',
    'relying-parties': 'سامانه‌ها',
    sources: 'منبع‌های داده',
    keys: 'کلیدهای امضا',
    incidents: 'رخدادها',
    audit: 'سابقه',
  },
  roles: {
    'university-staff': 'همکار دانشگاه',
    ministry: 'کارشناس وزارت',
    support: 'پشتیبان',
    security: 'کارشناس امنیت',
    auditor: 'حسابرس',
  },
  roleMeaning: {
    'university-staff': 'اطلاعات دانشگاه خود و سامانه‌های آن را ثبت می‌کنید و پیش می‌برید.',
    ministry: 'دربارهٔ پیوستن سازمان‌ها، توافق‌نامه‌ها و نقش همکاران تصمیم می‌گیرید.',
    support: 'می‌بینید که ورود به هر سامانه چرا انجام نشده است.',
    security: 'رخدادها و سلامت سامانه‌ها را پیگیری می‌کنید.',
    auditor: 'سوابق و تصمیم‌ها را می‌خوانید و چیزی را تغییر نمی‌دهید.',
  },
  /** Who acted, where it was not a person in the console. */
  actors: {
    own: {
      system: 'خود پنجره',
      registry: 'خود پنجره',
      schedule: 'زمان‌بندی کلیدها',
      acceptance: 'زمان‌بندی آزمون پذیرش',
      'first-start': 'نخستین راه‌اندازی',
      demo: 'داده‌های نمایشی',
    } as Readonly<Record<string, string | undefined>>,
    program: (service: string) => `برنامهٔ ${service}`,
    command: (who: string) => `${who}، با فرمان`,
  },
  kinds: {
    state: 'دولتی',
    'non-state': 'غیردولتی',
    'payam-e-noor-and-other': 'پیام نور و دیگر',
    'subordinate-body': 'نهاد وابسته',
    agency: 'سازمان دولتی',
  },
  stages: {
    'not-begun': 'آغاز نشده',
    requested: 'درخواست داده',
    'in-technical-process': 'در مرحلهٔ فنی',
    accepted: 'پذیرفته',
    connected: 'متصل',
    suspended: 'تعلیق‌شده',
  },
  home: {
    heading: 'میز کار',
    welcome: (name: Html) => html`${name}، خوش آمدید.`,
    yourRoles: 'نقش‌های شما',
    noRole: 'هنوز نقشی در میز کار ندارید.',
    stage: 'مرحله',
  },
  table: {
    search: 'جست‌وجو',
    find: 'نمایش',
    all: 'همه',
    clear: 'پاک کردن صافی‌ها',
    sortBy: (column: string) => `مرتب‌سازی بر پایهٔ ${column}`,
    next: 'صفحهٔ بعد',
    first: 'صفحهٔ نخست',
    csv: 'دریافت همه به صورت CSV',
    rows: (n: number) => `${number(n)} ردیف در این صفحه`,
  },
  signIn: {
    failed: {
      heading: 'ورود به میز کار انجام نشد',
      'no-passkey': 'برای میز کار به گذرکلید نیاز دارید و برای حساب شما گذرکلیدی ثبت نشده یا به کار نرفته است.',
      stopped: 'ورود را نیمه‌کاره رها کردید.',
      'not-begun-here': 'این ورود در این مرورگر آغاز نشده یا زمان آن گذشته است.',
      refused: 'پاسخ ورود پذیرفته نشد. دوباره وارد شوید.',
    },
    addPasskey: 'افزودن گذرکلید به حساب من',
    again: 'ورود دوباره',
    signedOut: {
      heading: 'از میز کار خارج شدید',
      what: 'برای ادامهٔ کار دوباره با گذرکلید وارد شوید.',
    },
  },
};
