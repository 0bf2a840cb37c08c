import type { Html } from '../../html.ts';
import { html } from '../../html.ts';

type Reason = { name: string; mend: string };

/** A reason of src/relying-parties/failure-reasons.ts in words; tests/protocol/relying-party-errors-live.test.ts holds the two together. */
const reasons: Readonly<Record<string, Reason | undefined>> = {
  'redirect-mismatch': {
    name: 'نشانی بازگشت ثبت نشده است',
    mend: 'redirect_uri باید حرف‌به‌حرف همان باشد که ثبت کرده‌اید: http و https، درگاه، خط مورب پایانی و بزرگی و کوچکی حروف را بسنجید.',
  },
  'redirect-differs': {
    name: 'نشانی بازگشت هنگام گرفتن توکن فرق داشت',
    mend: 'به نقطهٔ توکن همان redirect_uri را بفرستید که درخواست ورود با آن آغاز شد.',
  },
  'clock-ahead': {
    name: 'ساعت سرور شما جلوتر است',
    mend: 'ساعت سرور را با NTP هماهنگ کنید؛ iat و nbf نباید در آینده باشند.',
  },
  'assertion-expired': {
    name: 'client assertion هنگام رسیدن منقضی شده بود',
    mend: 'ساعت سرور را با NTP هماهنگ کنید و برای هر درخواست یک assertion تازه با مهلت یک دقیقه بسازید.',
  },
  'assertion-audience': {
    name: 'aud در client assertion نشانی ما نیست',
    mend: 'در aud صادرکننده (issuer) را همان‌گونه بنویسید که در سند discovery آمده است.',
  },
  'assertion-replayed': {
    name: 'یک client assertion دو بار فرستاده شد',
    mend: 'برای هر درخواست jti تازه بسازید و هنگام تلاش دوباره assertion را از نو امضا کنید.',
  },
  'assertion-malformed': {
    name: 'client assertion ناقص است',
    mend: 'iss و sub هر دو client_id شما هستند و aud، exp و jti هم لازم‌اند.',
  },
  'key-unknown': {
    name: 'کلید امضا در مجموعهٔ کلیدهای شما نیست',
    mend: 'کلید تازه را نخست در jwks_uri منتشر کنید، یک دقیقه صبر کنید و سپس با آن امضا کنید؛ kid باید یکی باشد.',
  },
  'key-set-unreachable': {
    name: 'مجموعهٔ کلیدهای شما به دست ما نرسید',
    mend: 'jwks_uri باید از بیرون با https و بدون تغییر مسیر در کمتر از سه ثانیه پاسخ دهد.',
  },
  'signature-wrong': {
    name: 'امضای client assertion درست نیست',
    mend: 'کلید خصوصی سرور را با کلید منتشرشده با همان kid بسنجید.',
  },
  'algorithm-wrong': {
    name: 'الگوریتم امضا آن نیست که ثبت شده است',
    mend: 'با همان token_endpoint_auth_signing_alg امضا کنید که ثبت کرده‌اید.',
  },
  'secret-wrong': {
    name: 'رمز سامانه (client secret) درست نیست',
    mend: 'رمز را در تنظیم‌ها بسنجید. اگر گم شده است رمز دومی بسازید و پس از جابه‌جایی به اولی پایان دهید.',
  },
  'secret-expired': {
    name: 'رمز سامانه منقضی شده است',
    mend: 'در کنسول رمز تازه‌ای بسازید و در سامانه بگذارید.',
  },
  'authentication-method': {
    name: 'روش شناساندن سامانه آن نیست که ثبت شده است',
    mend: 'token_endpoint_auth_method را در کتابخانهٔ خود همان بگذارید که این‌جا ثبت است.',
  },
  'authentication-malformed': {
    name: 'شناساندن سامانه ناخواناست',
    mend: 'تنها یک روش به کار برید؛ در Basic شناسه و رمز هر کدام باید پیش از کدگذاری percent-encode شوند.',
  },
  'pkce-missing': {
    name: 'PKCE فرستاده نشد',
    mend: 'PKCE را در کتابخانهٔ خود روشن کنید تا code_challenge و code_challenge_method بفرستد.',
  },
  'pkce-wrong': {
    name: 'code_verifier با code_challenge جور نیست',
    mend: 'verifier را در نشست همان مرورگر نگه دارید و با همان کد بفرستید؛ دو زبانه نباید یکدیگر را پاک کنند.',
  },
  'code-used': {
    name: 'یک کد دو بار به کار رفت',
    mend: 'کد را یک بار بفرستید؛ بازخوانی صفحهٔ callback یا تلاش دوباره باید ورود تازه‌ای آغاز کند.',
  },
  'code-expired': {
    name: 'کد منقضی شده بود',
    mend: 'کد یک دقیقه می‌پاید: همان لحظه که رسید آن را به نقطهٔ توکن بفرستید.',
  },
  'code-unknown': {
    name: 'کد را نمی‌شناسیم یا از آنِ سامانهٔ دیگری است',
    mend: 'ببینید محیط آزمایش و عملیاتی و client_idها با هم جابه‌جا نشده باشند.',
  },
  'refresh-token': {
    name: 'refresh token پذیرفته نشد',
    mend: 'همیشه تازه‌ترین refresh token را نگه دارید؛ پس از این خطا ورود تازه‌ای آغاز کنید.',
  },
  'grant-ended': {
    name: 'اجازهٔ شهروند دیگر برقرار نیست',
    mend: 'شهروند بیرون رفته یا اجازه را پس گرفته است: ورود تازه‌ای آغاز کنید.',
  },
  scope: { name: 'scope بیرون از توافق‌نامه است', mend: 'تنها scopeهایی را بخواهید که در توافق‌نامه آمده‌اند.' },
  resource: { name: 'resource ناشناخته است', mend: 'شناسهٔ منبع را بسنجید و ببینید برای شما ثبت شده باشد.' },
  'grant-type': {
    name: 'این grant برای شما ثبت نشده است',
    mend: 'grant_types را در ثبت سامانه بسنجید و اگر لازم است آن را بیفزایید.',
  },
  'response-type': {
    name: 'response_type یا response_mode پشتیبانی نمی‌شود',
    mend: 'response_type=code را به کار برید.',
  },
  'request-object': { name: 'request object پذیرفته نشد', mend: 'امضا، الگوریتم و client_id آن را بسنجید.' },
  'pushed-request': {
    name: 'request_uri به کار رفته یا منقضی است',
    mend: 'برای هر ورود درخواست تازه‌ای با PAR بفرستید؛ یک دقیقه می‌پاید و یک بار به کار می‌رود.',
  },
  dpop: { name: 'DPoP proof پذیرفته نشد', mend: 'ساعت، htu، htm، jti تازه و کلیدی را که توکن به آن بسته است بسنجید.' },
  'level-not-reached': {
    name: 'سطح خواسته‌شده به دست نمی‌آید',
    mend: 'acr را تنها آن‌جا essential بخواهید که کمتر از آن بس نیست، و به شهروند بگویید چه کم دارد.',
  },
  'access-token': {
    name: 'access token معتبر نیست',
    mend: 'توکن ده دقیقه می‌پاید: تازه‌اش کنید یا ورود تازه‌ای آغاز کنید.',
  },
  'id-token-hint': {
    name: 'id_token_hint پذیرفته نشد',
    mend: 'ID tokenی را بفرستید که خود ما برای همین سامانه داده‌ایم.',
  },
  'request-malformed': {
    name: 'درخواست ناقص یا نادرست است',
    mend: 'نام و مقدار پارامترها را با دستور کتابخانهٔ خود بسنجید.',
  },
  'our-fault': { name: 'خطا از ما بود', mend: 'کد پیگیری را به ما بدهید.' },
  other: { name: 'خطای دیگر', mend: 'کد پیگیری را به ما بدهید تا در گزارش‌های خود ببینیم.' },
};

export const relyingPartyHealth = {
  reasons,
  heading: 'سلامت سامانه',
  lastSignIn: 'آخرین ورود',
  lastToken: 'آخرین توکن',
  never: 'هنوز هیچ',
  errors: 'خطاها در سی روز گذشته',
  noErrors: 'در سی روز گذشته خطایی نبود.',
  count: 'شمار',
  lastAt: 'آخرین بار',
  howToMend: 'چگونه درست می‌شود',
  keySetAge: 'عمر مجموعهٔ کلیدهایی که از شما گرفته‌ایم',
  noKeySet: 'گرفته نشده است',
  notices: {
    'expires-soon': 'کلیدی به‌زودی منقضی می‌شود',
    expired: 'کلیدی منقضی شده است',
    'unchanged-for-a-year': 'کلیدی یک سال است که عوض نشده',
    unavailable: 'مجموعهٔ کلیدها را نمی‌شود گرفت',
  } as Readonly<Record<string, string | undefined>>,
  logout: 'رسیدن خبر خروج',
  logoutRate: (rate: string, period: string) => `${rate} در ${period}`,
  lastDay: '۲۴ ساعت گذشته',
  lastMonth: '۳۰ روز گذشته',
  noLogouts: 'خبر خروجی بدهکار نبودیم',
  takesNoPart: 'backchannel_logout_uri ثبت نشده است، پس خبر خروج به این سامانه نمی‌رسد.',
  waiting: (count: string) => `${count} خبر هنوز در راه است`,
  dead: (count: string) => `${count} خبر نرسید و رها شد`,
  lookUp: 'یافتن یک ورود ناموفق',
  reference: 'کد پیگیری',
  referenceHint: 'ده نویسه که صفحهٔ خطا نشان می‌دهد',
  find: 'یافتن',
  notFound: 'با این کد چیزی از سامانه‌های شما در سی روز گذشته پیدا نشد.',
  at: 'زمان',
  endpoint: 'نقطه',
  reason: 'دلیل',
  sent: 'آنچه فرستاده شد',
  hidden: 'فرستاده شد، نگه داشته نمی‌شود',
  chartOf: (most: string) => `خطاها به روز در سی روز گذشته؛ بیشترین شمار در یک روز ${most}`,
  asNumbers: 'به عدد',
  percent: (number: string) => `${number} درصد`,
  acceptance: 'آزمون پذیرش',
  acceptanceStates: {
    green: 'سبز',
    'not-green': 'سبز نیست',
    lapsed: 'دیگر سبز نیست',
    outdated: 'سبز بود؛ سامانه از آن پس تغییر کرده یا از آن زمان زیادی گذشته است، دوباره اجرا کنید',
    never: 'هنوز اجرا نشده است',
  },
  lastRun: (time: Html) => html`(آخرین اجرا ${time})`,
  graceUntil: (time: Html) => html`(مهلت اصلاح تا ${time}؛ پس از آن وزارت تصمیم می‌گیرد)`,
  recent: 'آخرین درخواست‌های ناموفق',
};
