import type { ImportReport, LineRemark } from '#relying-parties/organisations-import.ts';

/** Every word of `npm run organisations`, in Persian; its shape is what every other language must fill. */
export type OrganisationsWords = typeof organisationsWordsFa;

const number = (count: number) => count.toLocaleString('fa-IR', { useGrouping: false });

/** By reason, as a whole sentence after the line and the column. */
const reasons: Readonly<Record<string, string>> = {
  empty: 'پرونده خالی است.',
  'too-large': 'پرونده بیش از ۵ مگابایت است. آن را چند بخش کنید.',
  'too-many-lines': 'پرونده بیش از ۱۰۰۰۰ سازمان دارد. آن را چند بخش کنید.',
  'not-utf-8': 'پرونده با UTF-8 نوشته نشده است. در صفحه‌گستر «CSV UTF-8» را برای ذخیره برگزینید.',
  'not-csv': 'از این سطر به بعد پرونده CSV نیست: گیومه‌ای باز مانده یا سطر بیش از اندازه دراز است.',
  'column-missing': 'این ستون لازم است و در سطر نخست نیست.',
  'column-unknown': 'چنین ستونی نمی‌شناسیم. نام ستون‌ها را با --help ببینید.',
  'column-twice': 'این ستون دو بار آمده است.',
  'number-of-cells': 'شمار خانه‌های این سطر با سطر نخست یکی نیست. متنی که ویرگول دارد باید میان گیومه باشد.',
  'not-an-id': 'شناسه فقط حرف کوچک لاتین، رقم و خط تیره دارد و حداکثر ۶۴ نویسه است.',
  missing: 'این خانه خالی است.',
  'too-long': 'نام بیش از ۱۲۰ نویسه است.',
  'direction-controls': 'نویسه‌ای پنهان در نام هست که جهت متن را عوض می‌کند. نام را دوباره بنویسید.',
  'letters-of-another-alphabet':
    'حرفی از الفبایی دیگر در نام هست: نام فارسی با حروف فارسی و نام انگلیسی با حروف لاتین.',
  unknown: 'این مقدار شناخته نیست. مقدارها را با --help ببینید.',
  itself: 'سازمان زیرمجموعهٔ خودش نوشته شده است.',
  cycle: 'این سازمان با یک یا چند واسطه زیرمجموعهٔ خودش می‌شود.',
  'too-deep': 'زنجیرهٔ سازمان‌های بالادست بیش از پنج پله دارد.',
  'not-found': 'سازمانی با این شناسه نه ثبت شده و نه در پرونده است.',
  taken: 'سازمان دیگری همین نام را دارد، اگرچه با حروف دیگری نوشته شده باشد.',
  twice: 'این شناسه در سطری بالاتر هم آمده است.',
  'not-a-name': 'این نام یک شخص نیست یا بیش از اندازه دراز است.',
  'not-an-email': 'این نشانی رایانامه درست نیست.',
  'not-a-phone': 'این شمارهٔ تلفن درست نیست؛ مانند 02161111111 یا ‎+982161111111 بنویسید.',
  'stage-stays': 'سازمان از پیش ثبت شده است؛ مرحله‌اش همان که بود ماند.',
};

export const organisationsWordsFa = {
  help: {
    program: 'سازمان‌ها: آوردن از پروندهٔ CSV و نوشتن به آن.',
    import:
      'افزودن و به‌روز کردن سازمان‌ها از یک پروندهٔ CSV: همه یا هیچ. مرحله فقط برای سازمان‌های تازه از پرونده خوانده می‌شود.',
    export: 'نوشتن همهٔ سازمان‌ها به CSV، در پرونده یا در خروجی',
    dryRun: 'بگو چه می‌شد، و چیزی ننویس',
    by: 'چه کسی این کار را می‌کند؛ ثبت می‌شود',
    json: 'داده برای برنامه‌ها',
    language: 'زبان پاسخ',
    withContacts: 'همراه با نام و تلفن و رایانامهٔ اشخاص؛ چنین پرونده‌ای دادهٔ شخصی است',
    columns: `ستون‌ها: id, name_fa, name_en, kind لازم‌اند؛ stage, parent و technical_*, security_*, legal_* (name, email, phone) اختیاری.
kind: state, non-state, payam-e-noor-and-other, subordinate-body, agency
stage: not-begun, requested, in-technical-process, accepted, connected, suspended`,
    exitCodes:
      'کدهای خروج: ۰ انجام شد، ۱ شکست خورد، ۲ فهمیده نشد، ۳ سطر نادرست هست و چیزی نوشته نشد، ۵ پایگاه داده یا کلید در دسترس نیست.',
  },
  remark: ({ line, column, reason }: LineRemark) =>
    [`سطر ${number(line)}`, ...(column === undefined ? [] : [`ستون ${column}`]), reasons[reason] ?? reason].join('، '),
  summary(report: ImportReport): string {
    const counts = `از ${number(report.lines)} سطر: ${number(report.added)} تازه، ${number(report.changed)} تغییریافته، ${number(report.unchanged)} بی‌تغییر.`;
    if (report.outcome === 'refused') return `${number(report.faults.length)} نادرستی؛ چیزی نوشته نشد.`;
    return report.outcome === 'rehearsed' ? `${counts} این آزمایش بود؛ چیزی نوشته نشد.` : `${counts} همه نوشته شد.`;
  },
  stagesStay: 'مرحلهٔ سازمان‌های ثبت‌شده با پرونده عوض نمی‌شود: هر گام دلیل و شخص خود را دارد و در پیشخان انجام می‌شود.',
  exported: ({ count, file }: { count: number; file: string }) => `${number(count)} سازمان در ${file} نوشته شد.`,
};
