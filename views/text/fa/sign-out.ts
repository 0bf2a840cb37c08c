import { type Html, html } from '../../html.ts';
import { formatNumber } from '../../numbers.ts';

export const signOut = {
  heading: 'از همه خارج می‌شوید؟',
  alreadyOut: (name: Html) => html`شما از ${name} خارج شده‌اید.`,
  stillIn: 'اما هنوز در پنجره و این سرویس‌ها وارد هستید:',
  stillInPanjereh: 'اما هنوز در پنجره وارد هستید و بدون رمز عبور دوباره می‌توان وارد شد.',
  signedInTo: 'با این نشست در این سرویس‌ها وارد هستید:',
  signedInOnlyHere: 'اگر خارج شوید، برای ورود دوباره رمز عبور لازم است.',
  sharedDevice: 'اگر این دستگاه مشترک است، از همه خارج شوید.',
  everything: 'خروج از همه',
  onlyThisService: 'فقط خروج از همین سرویس',
  staySignedIn: 'خارج نمی‌شوم',
  done: {
    heading: 'خارج شدید',
    everywhere: 'از پنجره و همهٔ سرویس‌هایی که با آن وارد شده بودید خارج شدید.',
    mayTakeAMoment: 'رسیدن این خبر به بعضی سرویس‌ها ممکن است چند دقیقه طول بکشد.',
    ofPanjereh: 'از پنجره خارج شدید.',
    onlyService: (name: Html) => html`از ${name} خارج شدید. در پنجره هنوز وارد هستید.`,
    sharedDevice: 'اگر این دستگاه مشترک است، مرورگر را هم ببندید.',
    signInAgain: 'ورود دوباره',
  },
  states: {
    summary: ({ arrived, of, trying }: { arrived: number; of: number; trying: number }) => {
      const number = (n: number) => formatNumber('fa', n);
      const out = `از ${number(arrived)} سرویس از ${number(of)} سرویس خارج شدید`;
      if (trying === 0) return `${out}.`;
      return `${out} و برای ${trying === 1 ? 'یکی' : `${number(trying)} تا`} هنوز تلاش می‌کنیم.`;
    },
    arrived: 'خارج شدید',
    trying: (time: Html) => html`پاسخ نمی‌دهد؛ تلاش بعدی ساعت ${time}`,
    givenUp: 'پاسخ نداد. خودتان در آن‌جا خارج شوید',
    takesNoPart: 'ما نمی‌توانیم خبرش کنیم. خودتان در آن‌جا خارج شوید',
    looksAgain: 'این صفحه خودش دوباره نگاه می‌کند.',
    lookAgain: 'همین حالا نگاه کن',
  },
};
