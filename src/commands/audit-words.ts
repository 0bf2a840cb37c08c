import type { LedgerFinding, LedgerReport } from '#audit/verify-ledger.ts';

/** What `npm run audit` says, in both languages. */
type AuditWords = {
  sound(report: LedgerReport): string;
  unsound(findings: number): string;
  finding(finding: LedgerFinding): string;
  andMore(count: number): string;
  head(head: { number: number; at: number; entries: number } | undefined): string;
};

const time = (at: number) => new Intl.DateTimeFormat('en-GB', FORMAT).format(at);
const jalali = (at: number) => new Intl.DateTimeFormat('fa-IR-u-ca-persian', FORMAT).format(at);
const FORMAT = { dateStyle: 'long', timeStyle: 'medium', timeZone: 'Asia/Tehran' } as const;
const number = (count: number) => count.toLocaleString('fa-IR');

const en: AuditWords = {
  sound: ({ heads, entries, erased, last }) =>
    [
      `The ledger is sound: ${entries} entries under ${heads} heads, every one as it was sealed.`,
      ...(erased === 0 ? [] : [`Of ${erased} of them the content was erased, and the ledger says so.`]),
      en.head(last),
    ].join('\n'),
  unsound: (findings) =>
    `The ledger is NOT sound: ${findings} findings. Keep a copy of the database as it is, and compare with a backup.`,
  finding(finding) {
    switch (finding.kind) {
      case 'entry-changed':
        return `Event ${finding.event} says something else than when it was sealed under head ${finding.head}.`;
      case 'entry-removed':
        return `Event ${finding.event}, sealed under head ${finding.head}, is no longer there.`;
      case 'entries-removed':
        return `Head ${finding.head} was sealed over another number of entries than are there.`;
      case 'entries-do-not-fit':
        return `The name, time, service or order of an entry under head ${finding.head} was changed.`;
      case 'signature-wrong':
        return `Head ${finding.head} does not carry our signature.`;
      case 'chain-broken':
        return `Head ${finding.head} does not follow from the head before it.`;
      case 'head-removed':
        return `Head ${finding.head} is missing.`;
      case 'not-sealed':
        return `${finding.count} events are old enough and were never sealed: they came late, were put in, or no instance seals.`;
      case 'sealed-under-no-head':
        return `${finding.count} entries belong to heads that are not there.`;
      case 'erased-without-word':
        return `The content of ${finding.count} entries is gone without an event that says it was erased.`;
      case 'witness-disagrees':
        return `Head ${finding.head} is remembered outside the database, and is not there or is another one.`;
    }
  },
  andMore: (count) => `… and ${count} more; --json prints all.`,
  head: (head) =>
    head === undefined
      ? 'Nothing was sealed yet: a running instance does it within a minute.'
      : `Newest head: number ${head.number}, over ${head.entries} entries, ${time(head.at)} in Tehran.`,
};

const fa: AuditWords = {
  sound: ({ heads, entries, erased, last }) =>
    [
      `دفتر سالم است: ${number(entries)} سطر زیر ${number(heads)} مهر، همه همان‌گونه که مهر شدند.`,
      ...(erased === 0 ? [] : [`محتوای ${number(erased)} سطر پاک شده و خود دفتر این را می‌گوید.`]),
      fa.head(last),
    ].join('\n'),
  unsound: (findings) =>
    `دفتر سالم نیست: ${number(findings)} یافته. از پایگاه داده همین‌گونه که هست رونوشت بگیرید و با پشتیبان بسنجید.`,
  finding(finding) {
    switch (finding.kind) {
      case 'entry-changed':
        return `رویداد ${number(finding.event)} چیزی جز آن می‌گوید که زیر مهر ${number(finding.head)} ثبت شده بود.`;
      case 'entry-removed':
        return `رویداد ${number(finding.event)} که زیر مهر ${number(finding.head)} بود دیگر نیست.`;
      case 'entries-removed':
        return `شمار سطرهای زیر مهر ${number(finding.head)} با آنچه مهر شد یکی نیست.`;
      case 'entries-do-not-fit':
        return `نام، زمان، سرویس یا ترتیب سطری زیر مهر ${number(finding.head)} عوض شده است.`;
      case 'signature-wrong':
        return `مهر ${number(finding.head)} امضای ما را ندارد.`;
      case 'chain-broken':
        return `مهر ${number(finding.head)} به مهر پیش از خود نمی‌پیوندد.`;
      case 'head-removed':
        return `مهر ${number(finding.head)} نیست.`;
      case 'not-sealed':
        return `${number(finding.count)} رویداد باید تاکنون مهر می‌شد و نشده است: دیر رسیده، افزوده شده، یا هیچ نمونه‌ای مهر نمی‌زند.`;
      case 'sealed-under-no-head':
        return `${number(finding.count)} سطر از آنِ مهرهایی است که نیستند.`;
      case 'erased-without-word':
        return `محتوای ${number(finding.count)} سطر رفته و هیچ رویدادی نمی‌گوید که پاک شده است.`;
      case 'witness-disagrees':
        return `مهر ${number(finding.head)} بیرون از پایگاه داده به یاد مانده، و اینجا نیست یا چیز دیگری است.`;
    }
  },
  andMore: (count) => `… و ${number(count)} یافتهٔ دیگر؛ --json همه را می‌نویسد.`,
  head: (head) =>
    head === undefined
      ? 'هنوز چیزی مهر نشده است: نمونه‌ای که کار می‌کند تا یک دقیقهٔ دیگر این کار را می‌کند.'
      : `تازه‌ترین مهر: شمارهٔ ${number(head.number)}، بر ${number(head.entries)} سطر، ${jalali(head.at)} به وقت تهران.`,
};

export const auditWords = { fa, en };
