import { COOKIES } from '#signing-keys/states.ts';

/** Every word of `npm run keys`, in Persian; its shape is what every other language must fill. */
export type KeysWords = typeof keysWordsFa;

const moment = new Intl.DateTimeFormat('fa-IR', { timeZone: 'Asia/Tehran', dateStyle: 'full', timeStyle: 'short' });
const number = new Intl.NumberFormat('fa-IR');

/** «سه‌شنبه ۳ آذر ۱۴۰۵ ساعت ۵:۳۵»; Intl alone puts the year first. */
function at(time: number): string {
  const parts = moment.formatToParts(time);
  const part = (type: string) => parts.find((it) => it.type === type)?.value ?? '';
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')} ساعت ${part('hour')}:${part('minute')}`;
}

const sureness: Record<string, string> = {
  address: ' (از نشانی ثبت‌شدهٔ خودش)',
  'own-url': ' (به گفتهٔ نشانی درخواست، که هر کسی می‌تواند بفرستد)',
};

const promiseRefusals: Record<string, string> = {
  'unknown-relying-party': 'رد شد: سامانهٔ متکی‌ای با این شناسه نیست.',
  'longer-than-propagation':
    'رد شد: کلیدها پیش از امضا کوتاه‌تر از این منتشر می‌مانند. نخست PANJEREH_KEY_PROPAGATION_DAYS را در همهٔ نمونه‌ها بیشتر کنید.',
  'breaks-running-propagation':
    'رد شد: کلیدی که اکنون امضا می‌کند کمتر از این مدت منتشر بوده است؛ این سامانه شاید آن را نداشته باشد. پس از گذشت همین مدت از انتشار آن دوباره اجرا کنید.',
  overtaken: 'نمونه‌های دیگر هم‌زمان حلقه را تغییر می‌دادند؛ چیزی نوشته نشد. دوباره اجرا کنید.',
};

const refusals: Record<string, string> = {
  'already-there': 'کاری لازم نیست: این از پیش انجام شده است.',
  'unknown-algorithm': 'برای این الگوریتم کلیدی در این حلقه نیست، یا این سامانه آن را نمی‌شناسد.',
  overtaken: 'نمونه‌های دیگر هم‌زمان حلقه را تغییر می‌دادند؛ چیزی نوشته نشد. دوباره اجرا کنید.',
  'unknown-key': 'کلیدی با این شناسه در این حلقه نیست. شناسه‌ها را با status ببینید.',
  'already-revoked': 'این کلید پیش‌تر باطل شده است.',
  'not-requested': 'درخواست بازی برای ابطال این کلید نیست؛ درخواست‌ها یک روز اعتبار دارند. نخست revoke را اجرا کنید.',
};

export const keysWordsFa = {
  cookieStandbyTravelling: (it: { kid: string; from: number }) =>
    `  کلید آماده‌به‌کار ${it.kid} است، ولی تا ${at(it.from)} شاید هنوز به همهٔ نمونه‌ها نرسیده باشد.`,
  cookiesSigned: (it: { kid: string; since: number }) => `کوکی‌ها: کلید ${it.kid} امضا می‌کند، از ${at(it.since)}.`,
  cookieStandby: (it: { kid: string; since: number }) =>
    `  کلید آماده‌به‌کار ${it.kid} است؛ همهٔ نمونه‌ها از ${at(it.since)} آن را می‌شناسند.`,
  cookieRevocation: () =>
    '  اگر همین حالا باطل شود: هر کس که ورودش با این کلید امضا شده است باید دوباره وارد شود؛ توکن‌ها و ورودهای تازه ادامه دارند.',
  cookiesRetiring: (it: { kid: string; leavesAt: number }) =>
    `کوکی‌ها: کلید ${it.kid} دیگر امضا نمی‌کند و کوکی‌های پیشین را تا ${at(it.leavesAt)} می‌شناسد.`,
  exposureOf: (it: {
    kid: string;
    alg: string;
    appearedAt: number | undefined;
    leftAt: number | undefined;
    state: string;
  }) =>
    [
      `${it.alg} ${it.kid}`,
      it.appearedAt === undefined ? '  هرگز منتشر نشده است؛ کسی آن را ندارد.' : `  منتشرشده از ${at(it.appearedAt)}.`,
      ...(it.leftAt === undefined
        ? []
        : [`  ${it.state === 'REVOKED' ? 'باطل‌شده' : 'بایگانی‌شده'} در ${at(it.leftAt)}.`]),
    ].join('\n'),
  lacksKey: (it: { title: string; lastFetchAt: number | undefined }) =>
    it.lastFetchAt === undefined
      ? `  ${it.title}: هیچ دریافتی از آن دیده نشده است.`
      : `  ${it.title}: این کلید را هنوز نگرفته است؛ آخرین دریافت ${at(it.lastFetchAt)}.`,
  hasKey: (it: { title: string; hasItSince: number; knownBy: string }) =>
    `  ${it.title}: از ${at(it.hasItSince)} آن را دارد${sureness[it.knownBy] ?? ''}.`,
  mayTrust: (it: { title: string; trustsUntil: number; lastFetchAt: number | undefined }) =>
    `  ${it.title}: شاید هنوز به آن اعتماد کند، دیرترین تا ${at(it.trustsUntil)}; ${it.lastFetchAt === undefined ? 'هیچ دریافتی از آن دیده نشده است' : `آخرین دریافت ${at(it.lastFetchAt)}`}.`,
  letGo: (it: { title: string; lastFetchAt: number | undefined }) =>
    `  ${it.title}: کنار گذاشته است${it.lastFetchAt === undefined ? '' : `؛ آخرین دریافت ${at(it.lastFetchAt)}`}.`,
  unnamedFetches: (it: { userAgent: string; network: string; fetches: number; lastSeen: number }) =>
    `  ناشناس: ${number.format(it.fetches)} بار با ${it.userAgent} از ${it.network}، آخرین بار ${at(it.lastSeen)}.`,
  moreUnnamed: (count: number) => `  و ${number.format(count)} گروه ناشناس دیگر؛ همه در --json.`,
  nothingToExpose: () => 'کلیدی با این شناسه نیست. شناسه‌ها را با status ببینید.',
  promised: (it: { clientId: string; hours: number }) =>
    `انجام شد: ${it.clientId} می‌تواند کلیدهای ما را ${number.format(it.hours)} ساعت نگه دارد. پنجره‌های کلیدها از همین حالا آن را در نظر می‌گیرند.`,
  wouldPromise: (it: { clientId: string; hours: number }) =>
    `آزمایشی؛ چیزی نوشته نشد. ${it.clientId} می‌توانست کلیدهای ما را ${number.format(it.hours)} ساعت نگه دارد.`,
  promiseRefused: (reason: string) => promiseRefusals[reason] ?? `رد شد: ${reason}`,
  wouldMakeMasterKey: (it: { name: string }) => `آزمایشی؛ پروندهٔ ${it.name}.key ساخته می‌شد.`,
  signs: (it: { alg: string; kid: string; since: number }) =>
    `${it.alg}: کلید ${it.kid} امضا می‌کند، از ${at(it.since)}.`,
  nobodySigns: (it: { alg: string }) => `${it.alg}: هنوز با این الگوریتم امضا نمی‌شود.`,
  standbyEverywhere: (it: { kid: string; since: number }) =>
    `  کلید آماده‌به‌کار ${it.kid} است؛ همهٔ سامانه‌های متکی از ${at(it.since)} آن را دارند.`,
  standbyTravelling: (it: { kid: string; from: number }) =>
    `  کلید آماده‌به‌کار ${it.kid} است، ولی تا ${at(it.from)} شاید هنوز به همهٔ سامانه‌های متکی نرسیده باشد.`,
  noStandby: () => '  کلید آماده‌به‌کاری نیست؛ در بررسی بعدی یکی منتشر می‌شود.',
  nextRotation: (it: { kid: string; at: number }) =>
    `  گام بعدی: ${at(it.at)} کلید ${it.kid} امضا را بر عهده می‌گیرد، خودبه‌خود.`,
  lateRotation: (it: { kid: string; at: number; hours: number }) =>
    `  دیر شده: کلید ${it.kid} باید ${at(it.at)} امضا را بر عهده می‌گرفت (${number.format(it.hours)} ساعت پیش). در ساعت کاری بعدی انجام می‌شود اگر دست‌کم یک نمونه روشن باشد.`,
  seamlessRevocation: (it: { minutes: number; until: number }) =>
    `  اگر همین حالا باطل شود: کلید آماده‌به‌کار بی‌درنگ جای آن را می‌گیرد و هیچ ورود تازه‌ای رد نمی‌شود. توکن‌های ${number.format(it.minutes)} دقیقهٔ گذشته از اعتبار می‌افتند. سامانه‌ای که کلیدها را نگه داشته باشد، دیرترین تا ${at(it.until)} به کلید باطل‌شده اعتماد می‌کند.`,
  costlyRevocation: (it: { minutes: number; until: number; refusedUntil: number }) =>
    `  اگر همین حالا باطل شود: سامانه‌هایی که با دیدن شناسهٔ ناشناس دوباره کلیدها را نمی‌گیرند، شاید تا ${at(it.refusedUntil)} ورودها را رد کنند. توکن‌های ${number.format(it.minutes)} دقیقهٔ گذشته از اعتبار می‌افتند. دیرترین زمان اعتماد به کلید باطل‌شده ${at(it.until)} است.`,
  retiring: (it: { alg: string; kid: string; leavesAt: number }) =>
    `${it.alg}: کلید ${it.kid} دیگر امضا نمی‌کند و تا ${at(it.leavesAt)} برای بررسی توکن‌های پیشین منتشر می‌ماند.`,
  revoked: (it: { alg: string; kid: string; at: number; reason: string }) =>
    `${it.alg}: کلید ${it.kid} در ${at(it.at)} باطل شد: ${it.reason}`,
  openRequest: (it: { kid: string; person: string; reason: string }) =>
    `ابطال ${it.kid} را «${it.person}» درخواست کرده است (${it.reason}) و به تأیید نفر دوم نیاز دارد: npm run keys -- approve ${it.kid} --by NAME`,
  frozen: (it: { until: number; reason: string }) =>
    `تا ${at(it.until)} چرخش برنامه‌ریزی‌شده‌ای انجام نمی‌شود: ${it.reason}`,
  rehearsal: () => 'آزمایشی؛ چیزی نوشته نشد. شناسهٔ کلیدهای تازه در اجرای واقعی دیگر است:',
  done: (it: { epoch: number }) => `انجام شد؛ حلقه اکنون در دورهٔ ${number.format(it.epoch)} است.`,
  step: (it: { alg: string; kid: string; became: string }) =>
    `  ${it.alg} ${it.kid}: ${(it.alg === COOKIES ? ofCookiesFa[it.became] : undefined) ?? becameFa[it.became] ?? it.became}`,
  requested: (it: { kid: string }) =>
    `درخواست ثبت شد. کلید هنوز معتبر است. نفر دوم باید تا یک روز دیگر تأیید کند: npm run keys -- approve ${it.kid} --by NAME`,
  alreadyRequested: (it: { kid: string; person: string }) =>
    `«${it.person}» پیش‌تر این را درخواست کرده است. شما نفر دوم هستید: npm run keys -- approve ${it.kid} --by NAME`,
  samePerson: (it: { person: string }) => `درخواست از خود «${it.person}» است؛ تأیید باید از نفر دیگری باشد.`,
  standbyNotEverywhere: (it: { kid: string; from: number }) =>
    `رد شد: کلید آماده‌به‌کار ${it.kid} تا ${at(it.from)} شاید به همه نرسیده باشد. اگر کلید فعلی لو رفته، revoke راه آن است.`,
  inFreeze: (it: { until: number; reason: string }) =>
    `رد شد: تا ${at(it.until)} چرخشی انجام نمی‌شود (${it.reason}). برای گذشتن از آن: --despite-freeze`,
  refused: (outcome: string) => refusals[outcome] ?? `رد شد: ${outcome}`,
  sound: (count: number) =>
    `هر ${number.format(count)} کلید سالم است: نیمه‌های خصوصی باز شدند، امضا کردند و امضا درست بود.`,
  unsound: () => 'این‌ها درست نیست و با آن‌ها چیزی امضا نمی‌شود:',
  rewrapped: (it: { rewrapped: number; verified: number; masterKeyId: string }) =>
    `${number.format(it.rewrapped)} کلید داده زیر کلید اصلی ${it.masterKeyId} از نو مهر شد و ${number.format(it.verified)} تا دوباره خوانده شد. کلیدهای اصلی پیشین را تا زمانی که پشتیبان‌های پیش از این را دارید جداگانه نگه دارید.`,
  wouldRewrap: (it: { masterKeyId: string }) => `همهٔ کلیدهای داده زیر کلید اصلی ${it.masterKeyId} از نو مهر می‌شدند.`,
  renewalWaits: (it: { until: number }) =>
    `کلید تازه آماده است. همهٔ نمونه‌ها آن را می‌گیرند؛ مهر کردن دوباره ${at(it.until)} آغاز می‌شود. اگر متوقف شد، همین فرمان را دوباره اجرا کنید.`,
  renewed: (it: { keyId: string; resealed: number; mayForgetAt: number }) =>
    `${number.format(it.resealed)} مقدار زیر کلید دادهٔ ${it.keyId} از نو مهر شد. از ${at(it.mayForgetAt)} کلید پیشین را دور بیندازید: npm run keys -- forget-citizens-keys`,
  wouldRenew: (it: { isUnderWay: boolean }): string =>
    it.isUnderWay
      ? 'آزمایشی؛ چیزی نوشته نشد. کاری که پیش‌تر آغاز شده است ادامه می‌یافت.'
      : 'آزمایشی؛ چیزی نوشته نشد. کلید دادهٔ تازه‌ای ساخته می‌شد و داده‌های شهروندان زیر آن از نو مهر می‌شد.',
  forgotten: (it: { keyIds: readonly string[]; resealed: number }) =>
    `کلیدهای دادهٔ پیشین (${it.keyIds.join('، ')}) دور انداخته شد و دیگر در پایگاه داده چیزی را باز نمی‌کند. پشتیبان‌های پیش از این را هنوز باز می‌کند: آن‌ها را نابود کنید.`,
  wouldForget: (it: { isUnderWay: boolean }): string =>
    it.isUnderWay
      ? 'آزمایشی؛ چیزی نوشته نشد. کلیدهای دادهٔ پیشین شهروندان دور انداخته می‌شد.'
      : 'کلید دادهٔ پیشینی برای شهروندان نیست.',
  nothingOlder: () => 'کلید دادهٔ پیشینی برای شهروندان نیست. نخست: npm run keys -- renew-citizens-key',
  forgetTooSoon: (it: { mayForgetAt: number }) =>
    `رد شد: کدها و شماره‌هایی که در راه‌اند شاید تا ${at(it.mayForgetAt)} به کلید پیشین نیاز داشته باشند.`,
  olderStillUsed: () =>
    'رد شد: هنوز چیزی زیر کلید پیشین مهر می‌شود؛ نمونه‌ای از کلید تازه خبر ندارد. ببینید همهٔ نمونه‌ها از این نسخه‌اند و ساعتشان درست است.',
  newMasterKey: (it: { path: string }) =>
    `${it.path} ساخته شد. از آن جدا از پایگاه داده پشتیبان بگیرید، به همهٔ نمونه‌ها برسانید، آن‌ها را از نو اجرا کنید و سپس: npm run keys -- rewrap`,
};

const ofCookiesFa: Record<string, string> = {
  published: 'همهٔ نمونه‌ها آن را می‌شناسند؛ آماده‌به‌کار است',
  activated: 'کوکی‌ها را امضا می‌کند',
  retired: 'دیگر امضا نمی‌کند؛ کوکی‌های پیشین را تا پایان عمرشان می‌شناسد',
  archived: 'دیگر هیچ کوکی‌ای را نمی‌شناسد؛ پاک شد',
  revoked: 'باطل شد؛ کوکی‌هایش پذیرفته نمی‌شوند',
};

const becameFa: Record<string, string> = {
  staged: 'ساخته و مهر شد؛ هنوز منتشر نیست',
  published: 'منتشر شد؛ آماده‌به‌کار است',
  activated: 'امضا می‌کند',
  retired: 'دیگر امضا نمی‌کند؛ نیمهٔ خصوصی پاک شد',
  archived: 'دیگر منتشر نمی‌شود',
  revoked: 'باطل شد؛ نیمهٔ خصوصی پاک شد',
};
