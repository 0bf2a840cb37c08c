import { existsSync, readFileSync } from 'node:fs';
import { PEOPLE_WITHOUT_ACCOUNTS } from '../people/known-people.ts';

/** Written by the provider when it seeds its invented citizens. */
type DemoPeople = {
  password: string;
  people: readonly { nationalCode: string; name: { fa: string; en: string } }[];
  operators: readonly { nationalCode: string; role: string }[];
};

type Facts = {
  seconds: number;
  people: DemoPeople | undefined;
  database: 'embedded' | 'given';
  redis: 'embedded' | 'given';
  dataFolder: string;
};

export function readDemoPeople(file: string): DemoPeople | undefined {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** What the terminal says when everything runs. */
export function welcome(facts: Facts): string {
  const [person] = facts.people?.people ?? [];
  const signIn = person && facts.people ? { ...person, password: facts.people.password } : undefined;
  const seconds = facts.seconds.toFixed(1);
  const [newcomer] = PEOPLE_WITHOUT_ACCOUNTS;
  const newPhone = newcomer?.phones[0]?.replace('+98', '0');
  const codes = (role: string) =>
    (facts.people?.operators ?? []).flatMap((each) => (each.role === role ? [each.nationalCode] : []));
  const others = (facts.people?.people.length ?? 0) - 1;
  return [
    '',
    `  پنجره آماده است (${seconds} s)`,
    '  دانشگاه یک: http://localhost:3001   دانشگاه دو: http://localhost:3002   پیامک‌ها: http://localhost:3003',
    signIn && `  ورود با کد ملی ${signIn.nationalCode} (${signIn.name.fa}) و رمز عبور ${signIn.password}`,
    newcomer &&
      `  ثبت نام با کد ملی ${newcomer.nationalCode}، تولد ${newcomer.birthDateJalali}، شمارهٔ ${newPhone}؛ دیگران: http://localhost:3004`,
    signIn &&
      `  پیشخان http://localhost:3000/console با کلید عبور (/account/security/passkey): وزارت ${codes('ministry').join(' و ')}، دانشگاه ${codes('university-staff')}، امنیت ${codes('security')}، بازرس ${codes('auditor')}`,
    '',
    `  Panjereh is ready (${seconds} s): http://localhost:3000`,
    '  Click      http://localhost:3001, sign in, then open http://localhost:3002: no second sign-in.',
    signIn &&
      `  Sign in    national code ${signIn.nationalCode}, password ${signIn.password} (${signIn.name.en}${others > 0 ? `, and ${others} more in ${facts.dataFolder}/demo-people.json` : ''})`,
    newcomer &&
      `  Enrol      national code ${newcomer.nationalCode}, born ${newcomer.birthDateJalali}, number ${newPhone} (more people, and faults to try: http://localhost:3004)`,
    '  Students   sign in at one university, then http://localhost:3000/account/attached, then the other: student, no document.',
    signIn &&
      `  Operators  http://localhost:3000/console wants a passkey, made at /account/security/passkey (or with the virtual authenticator of Chromium's DevTools):`,
    signIn &&
      `             ministry ${codes('ministry').join(' and ')}, university ${codes('university-staff')}, security ${codes('security')}, auditor ${codes('auditor')}`,
    '  Messages   http://localhost:3003 shows the text messages that would be sent.',
    `  Stores     ${stores(facts)}`,
    `  Logs       ${facts.dataFolder}/*.log    Stop: Ctrl-C`,
    '',
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

function stores({ database, redis, dataFolder }: Facts): string {
  const data = database === 'embedded' ? `database embedded in ${dataFolder}/ (kept)` : 'PostgreSQL at DATABASE_URL';
  const sessions = redis === 'embedded' ? 'sessions in memory (gone when stopped)' : 'Redis at REDIS_URL';
  return `${data}, ${sessions}`;
}
