import { type Html, html } from '../../html.ts';

export const account = {
  sessions: {
    heading: 'دستگاه‌ها و نشست‌های من',
    what: 'این‌جاها با حساب شما وارد شده‌اند. اگر یکی را نمی‌شناسید، به آن پایان دهید و رمز عبور خود را عوض کنید.',
    thisOne: 'همین دستگاه',
    browserOn: (browser: Html, system: Html) => html`${browser} روی ${system}`,
    unknownDevice: 'دستگاه ناشناخته',
    started: 'ورود',
    lastSeen: 'آخرین استفاده',
    services: 'سرویس‌ها',
    noServices: 'هیچ سرویسی',
    shared: 'دستگاه مشترک',
    end: 'پایان این نشست',
    endNamed: (device: Html) => html`پایان نشست ${device}`,
    endThis: 'خروج از این دستگاه',
    endAll: 'پایان همهٔ نشست‌ها',
    endAllHint: 'از همهٔ دستگاه‌ها، از جمله همین دستگاه، خارج می‌شوید.',
    ended: 'نشست پایان یافت. خبر آن به سرویس‌ها هم فرستاده شد.',
    none: 'هیچ نشست فعالی ندارید.',
  },
};
