/** What each command is for, as `--help` says it. */
export const keysHelp = {
  fa: {
    program: 'کلیدهای امضای این صادرکننده: چه هستند، گام بعدی چیست، و در شرایط اضطراری چه باید کرد.',
    init: 'ساختن نخستین کلیدهای یک صادرکنندهٔ تازه، یک بار برای همیشه',
    status: 'کدام کلید امضا می‌کند، کدام آماده‌به‌کار است، گام بعدی چیست، و ابطال همین حالا چه هزینه‌ای دارد',
    stage: 'ساختن کلید پس از کلید بعدی، پیش از موعد؛ مهر می‌شود و منتشر نمی‌شود',
    rotate: 'کلید آماده‌به‌کار همین حالا جای کلید فعلی را بگیرد، مانند آنچه برنامه بعداً می‌کند',
    revoke: 'درخواست بیرون بردن بی‌درنگ یک کلید؛ نفر دوم باید تأیید کند',
    approve: 'تأیید ابطالی که شخص دیگری خواسته است؛ بی‌درنگ انجام می‌شود',
    freeze: 'اعلام بازه‌ای بدون چرخش برنامه‌ریزی‌شده',
    addAlgorithm: 'انتشار کلیدهای یک الگوریتم دیگر',
    exposure: 'چه کسی یک کلید را گرفته است، و چه کسی تا کی به کلیدی باطل‌شده اعتماد می‌کند',
    cachePromise: 'به یک سامانهٔ متکی اجازه بده کلیدهای ما را بیش از دیگران نگه دارد',
    verify: 'باز کردن هر نیمهٔ خصوصی، امضا با آن و بررسی امضا',
    exportPublic: 'چاپ همهٔ نیمه‌های عمومی با وضعیت هر یک',
    rewrap: 'مهر کردن دوبارهٔ همهٔ کلیدهای داده زیر کلید اصلی فعلی',
    newMasterKey: 'ساختن پروندهٔ کلید اصلی؛ نامش پس از نام‌های موجود مرتب می‌شود، مانند یک تاریخ',
    exitCodes: `
کدهای خروج: ۰ انجام شد، ۱ شکست خورد، ۲ فهمیده نشد، ۳ قواعد حلقه نپذیرفت،
۴ پاسخ داده شد ولی کسی باید نگاه کند، ۵ حلقه، پایگاه داده یا کلید اصلی در دسترس نیست.`,
  },
  en: {
    program: 'The signing keys of this issuer: what they are, what comes next, and what to do in an emergency.',
    init: 'Make the first keys of a new issuer, once for its whole life',
    status: 'Say which key signs, which stands by, what comes next, and what a revocation now would cost',
    stage: 'Make the key after the next one ahead of time; it is sealed and not published',
    rotate: 'Let the standby take over now, as the schedule would later',
    revoke: 'Ask for a key to be taken out at once; a second person has to approve',
    approve: 'Agree to a revocation that somebody else asked for; it happens at once',
    freeze: 'Declare a time without planned rotations',
    addAlgorithm: 'Publish keys of a further algorithm',
    exposure: 'Say who has fetched a key, and who trusts a revoked one until when',
    cachePromise: 'Let one relying party keep our keys for longer than everybody',
    verify: 'Open every private half, sign with it and check the signature',
    exportPublic: 'Print every public half, with its state',
    rewrap: 'Seal every data key anew under the current master key',
    newMasterKey: 'Make a master key file; the name sorts after the ones there, such as a date',
    exitCodes: `
Exit codes: 0 done, 1 failed, 2 not understood, 3 refused by the rules of the ring,
4 answered but a person should look, 5 ring, database or master key not available.`,
  },
} as const;
