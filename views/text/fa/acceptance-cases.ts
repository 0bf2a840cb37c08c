type CaseWords = { name: string; mend: string };

/** A case of src/relying-parties/acceptance/case-ids.ts in words; tests/views/acceptance-words.test.ts holds the two together. */
const cases: Readonly<Record<string, CaseWords | undefined>> = {
  honest: {
    name: 'ورود درست',
    mend: 'ورود باید بدون کلیک تا صفحهٔ کاربر واردشده پیش برود؛ نشانی‌ها و تنظیم صادرکننده را بررسی کنید.',
  },
  'honest-rotated': { name: 'کلید میان راه عوض می‌شود', mend: 'با دیدن kid ناشناخته، مجموعهٔ کلیدها را دوباره بخوانید.' },
  'honest-two-keys': { name: 'دو کلید، دومی امضا می‌کند', mend: 'کلید را با kid پیدا کنید، نه با جایش در مجموعه.' },
  'honest-clock': { name: 'ساعت ۶۰ ثانیه جلوتر', mend: 'دست‌کم ۶۰ ثانیه اختلاف ساعت را بپذیرید.' },
  signature: {
    name: 'امضای دست‌کاری‌شده',
    mend: 'امضای نشانهٔ هویت را با کلید منتشرشده بسنجید و نشانهٔ نادرست را رد کنید.',
  },
  'alg-none': { name: 'بدون امضا (none)', mend: 'تنها الگوریتم ثبت‌شده را بپذیرید و none را هرگز.' },
  'alg-none-case': { name: 'بدون امضا (nOnE)', mend: 'الگوریتم را با فهرست مجاز بسنجید، نه با فهرست ممنوع.' },
  'alg-hs256-public': {
    name: 'امضا با کلید عمومی به جای رمز',
    mend: 'الگوریتم را از تنظیم خود بگیرید، نه از سربرگ نشانه.',
  },
  'alg-hs256-secret': { name: 'امضا با رمز سامانه', mend: 'تنها الگوریتم ثبت‌شده را بپذیرید، نه امضا با رمز مشترک را.' },
  'key-unknown': { name: 'کلیدی بیرون از مجموعه', mend: 'نشانه‌ای را که کلیدش منتشر نشده است رد کنید.' },
  'key-embedded-jwk': { name: 'کلید درون سربرگ (jwk)', mend: 'کلیدی را که نشانه با خود می‌آورد به کار نبرید.' },
  'key-embedded-jku': { name: 'نشانی کلید در سربرگ (jku)', mend: 'کلید را تنها از jwks_uri سند کشف بخوانید.' },
  'issuer-other': { name: 'صادرکنندهٔ دیگر', mend: 'iss باید درست برابر صادرکنندهٔ شما باشد.' },
  'issuer-slash': { name: 'صادرکننده با خط مورب پایانی', mend: 'iss را حرف‌به‌حرف بسنجید.' },
  audience: { name: 'برای سامانه‌ای دیگر', mend: 'client_id شما باید در aud باشد.' },
  'audience-many': { name: 'چند گیرنده، azp بیگانه', mend: 'اگر azp هست، باید client_id شما باشد.' },
  expired: { name: 'منقضی', mend: 'exp را بسنجید.' },
  'not-yet': { name: 'هنوز معتبر نیست', mend: 'iat و nbf نباید بیش از اختلاف ساعت در آینده باشند.' },
  'subject-missing': { name: 'بدون شناسه (sub)', mend: 'بدون sub کسی را وارد نکنید.' },
  'nonce-wrong': { name: 'nonce دیگر', mend: 'nonce باید همانی باشد که این مرورگر فرستاد.' },
  'nonce-missing': { name: 'بدون nonce', mend: 'اگر nonce فرستاده‌اید، نبودنش در نشانه یعنی رد.' },
  'at-hash': { name: 'at_hash نشانه‌ای دیگر', mend: 'اگر at_hash هست، آن را با نشانهٔ دسترسی بسنجید.' },
  'acr-lower': { name: 'سطح پایین‌تر از خواسته', mend: 'acr رسیده را با سطحی که خواسته‌اید بسنجید.' },
  'userinfo-subject': { name: 'اطلاعات شخصی دیگر', mend: 'sub پاسخ userinfo باید همان sub نشانهٔ هویت باشد.' },
  'state-wrong': { name: 'state دیگر', mend: 'state بازگشتی باید همان state همین مرورگر باشد.' },
  'state-missing': { name: 'بدون state', mend: 'بازگشت بدون state را رد کنید.' },
  'response-issuer': { name: 'پاسخ از صادرکنندهٔ دیگر', mend: 'پارامتر iss بازگشت را بسنجید.' },
  'code-injected': { name: 'کد مرورگری دیگر', mend: 'PKCE و nonce را به همین مرورگر گره بزنید.' },
  'callback-replayed': {
    name: 'بازگشت تکراری',
    mend: 'هر بازگشت یک بار کار کند؛ بار دوم نه کسی را وارد کند و نه بیرون.',
  },
  'error-shown': {
    name: 'شهروند نپذیرفت',
    mend: 'به access_denied با صفحه‌ای پاسخ دهید که همین را بگوید، نه با خطای ۵۰۰.',
  },
  pkce: { name: 'PKCE', mend: 'در هر ورود code_challenge با روش درهم‌سازی (نه plain) بفرستید.' },
  redirects: {
    name: 'بازگشت‌ها',
    mend: 'تنها به نشانی‌های ثبت‌شدهٔ https بروید و مقصد پس از ورود را به سامانهٔ خود محدود کنید.',
  },
  'logout-honest': { name: 'خروج درست', mend: 'با نشانهٔ خروج درست، نشست را پایان دهید و ۲۰۰ برگردانید.' },
  'logout-signature': { name: 'خروج با امضای دست‌کاری‌شده', mend: 'امضای نشانهٔ خروج را بسنجید و با ۴۰۰ رد کنید.' },
  'logout-audience': { name: 'خروج برای سامانه‌ای دیگر', mend: 'aud نشانهٔ خروج را بسنجید و با ۴۰۰ رد کنید.' },
  'logout-nonce': { name: 'خروج با nonce', mend: 'نشانهٔ خروج nonce ندارد؛ اگر داشت با ۴۰۰ رد کنید.' },
  'logout-events': { name: 'خروج بدون events', mend: 'بدون events درست، با ۴۰۰ رد کنید.' },
  'logout-replayed': { name: 'خروج تکراری', mend: 'jti را به یاد بسپارید و بار دوم با ۴۰۰ رد کنید.' },
  'logout-id-token': { name: 'نشانهٔ هویت به جای نشانهٔ خروج', mend: 'typ و events را بسنجید و با ۴۰۰ رد کنید.' },
};

export const acceptanceCases = { cases };
