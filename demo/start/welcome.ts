import { existsSync, readFileSync } from 'node:fs';

/** Written by the provider when it seeds its invented citizens. */
export type DemoPeople = {
  password: string;
  people: readonly { nationalCode: string; name: { fa: string; en: string } }[];
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
  const others = (facts.people?.people.length ?? 0) - 1;
  return [
    '',
    `  پنجره آماده است (${seconds} s)`,
    '  دانشگاه یک: http://localhost:3001   دانشگاه دو: http://localhost:3002   پیامک‌ها: http://localhost:3003',
    signIn && `  ورود با کد ملی ${signIn.nationalCode} (${signIn.name.fa}) و رمز عبور ${signIn.password}`,
    '',
    `  Panjereh is ready (${seconds} s): http://localhost:3000`,
    '  Click      http://localhost:3001, sign in, then open http://localhost:3002: no second sign-in.',
    signIn &&
      `  Sign in    national code ${signIn.nationalCode}, password ${signIn.password} (${signIn.name.en}${others > 0 ? `, and ${others} more in ${facts.dataFolder}/demo-people.json` : ''})`,
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
