import type { DeadLetter, LetterKind, LettersAtHand } from './open-for-letters.ts';

/** Every word of `npm run letters`, in Persian; its shape is what every other language must fill. */
export type LettersWords = typeof lettersWordsFa;

type Listed = Record<LetterKind, { count: number; newest: readonly DeadLetter[] }> & {
  rates: Awaited<ReturnType<LettersAtHand['rates']>>;
};

const moment = new Intl.DateTimeFormat('fa-IR-u-ca-persian', {
  timeZone: 'Asia/Tehran',
  dateStyle: 'short',
  timeStyle: 'short',
});
const number = (count: number) => count.toLocaleString('fa-IR', { useGrouping: false });

const names: Readonly<Record<LetterKind, string>> = { logout: 'نامهٔ خروج', text: 'پیامک' };

export const lettersWordsFa = {
  help: {
    program: 'نامه‌هایی که نرسیده‌اند: نامه‌های خروج برای سامانه‌های متکی، و پیامک‌های هشدار برای شهروندان.',
    list: 'شمار آنچه نرسیده است، صد تای تازه‌تر با علت، و وضع هر سامانهٔ متکی در هفت روز گذشته',
    revive: 'دوباره فرستادن آنچه نرسیده است، انگار تازه باشد',
    kind: 'logout نامهٔ خروج است و text پیامک',
    ids: 'شناسه‌ها، چنان که list می‌گوید',
    all: 'هر آنچه از این گونه نرسیده است',
    client: 'نامه‌های خروجِ همین سامانهٔ متکی',
    dryRun: 'بگو چه می‌شد، و چیزی ننویس',
    by: 'چه کسی این کار را می‌کند؛ ثبت می‌شود',
    json: 'داده برای برنامه‌ها',
    language: 'زبان پاسخ',
    exitCodes:
      'کدهای خروج: ۰ انجام شد، ۱ شکست خورد، ۲ فهمیده نشد، ۳ یکی از آنچه نام بردید نرسیده نیست و دست نخورد، ۴ چیزی نرسیده است، ۵ پایگاه داده یا کلید در دسترس نیست.',
  },
  listed: ({ logout, text, rates }: Listed): string =>
    [
      ...[['logout', logout] as const, ['text', text] as const].flatMap(([kind, { count, newest }]) => [
        count === 0 ? `هیچ ${names[kind]} نرسیده‌ای نیست.` : `${number(count)} ${names[kind]} نرسیده است:`,
        ...newest.map((it) => `  ${it.id}  ${it.about}  ${moment.format(it.deadAt)}  ${it.reason}`),
      ]),
      ...rates.map(
        (it) =>
          `${it.clientId}: از ${number(it.owed)} نامهٔ هفت روز گذشته ${number(it.delivered)} رسید و ${number(it.dead)} نرسید.`,
      ),
    ].join('\n'),
  revived: (it: { kind: LetterKind; revived: number; notDead: readonly string[]; isRehearsal: boolean }): string =>
    [
      it.isRehearsal
        ? `آزمایشی؛ چیزی نوشته نشد. ${number(it.revived)} ${names[it.kind]} دوباره فرستاده می‌شد.`
        : `${number(it.revived)} ${names[it.kind]} دوباره فرستاده می‌شود، تا یک روز.`,
      ...it.notDead.map((id) => `${id} در شمار نرسیده‌ها نیست؛ دست نخورد.`),
    ].join('\n'),
};
