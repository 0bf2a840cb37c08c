import { type Html, html } from '../../html.ts';

export const window = {
  heading: 'یک ورود برای همهٔ دانشگاه‌ها',
  what: 'یک بار با کد ملی وارد می‌شوید و همهٔ دانشگاه‌های متصل شما را می‌شناسند.',
  privacy: 'هر دانشگاه فقط چیزهایی را می‌بیند که خودتان اجازه داده‌اید.',
  signedInAs: (name: Html) => html`با نام ${name} وارد شده‌اید.`,
  signIn: 'ورود',
  signOut: 'خروج',
  sessions: 'دستگاه‌ها و نشست‌های من',
  services: 'سرویس‌های متصل',
  open: (name: Html) => html`ورود به ${name}`,
  noServices: 'هنوز سرویسی متصل نشده است.',
  kinds: {
    'state-university': 'دانشگاه‌های دولتی',
    'medical-university': 'دانشگاه‌های علوم پزشکی',
    'technical-university': 'دانشگاه‌های فنی و حرفه‌ای',
    'applied-science': 'دانشگاه جامع علمی کاربردی',
    'teacher-training': 'دانشگاه فرهنگیان',
    'payame-noor': 'دانشگاه پیام نور',
    azad: 'دانشگاه آزاد اسلامی',
    'non-profit': 'مؤسسه‌های غیرانتفاعی',
    'research-institute': 'پژوهشگاه‌ها',
    government: 'سازمان‌های دولتی',
    other: 'سرویس‌های دیگر',
  },
};
