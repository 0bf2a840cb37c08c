import { readNationalCode } from '#citizens/national-code.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { walkEnrolment } from '#tests/support/enrolment.ts';
import type { Plan } from './compare.ts';
import type { Operation } from './generate.ts';
import { generateLoad } from './generate.ts';
import { type Figures, measure, medianFigures } from './measure.ts';
import { REACHING_STAND_INS, type StandIns, startStandIns } from './outside-stand-ins.ts';
import type { Finding } from './report.ts';
import type { Side } from './side.ts';
import { startOurs } from './start-ours.ts';

/** How many people enrol at once, without pause. */
const PEOPLE = 8;
/**
 * What the budget of text messages lets through: five a second for an hour is a tenth of all first-year students of the
 * country (src/citizens/sms-budgets.ts). One core has to keep up with it, so an enrolment may take a fifth of its second.
 */
const CPU_AT_MOST_MS = 200;

/**
 * W11: whole enrolments, from the front page to an account with recovery codes, each by a person of their own in a fresh
 * browser from another address, at an instance of its own.
 */
export async function measureEnrolment(plan: Plan): Promise<Finding> {
  const outside = await startStandIns();
  const environment = { ...REACHING_STAND_INS, ...outside.environment };
  const ours = await startOurs({ citizens: 1, withPassword: 1, environment });
  try {
    const enrol = enrolment(ours, outside);
    complain(await generateLoad(enrol, { concurrency: PEOPLE, seconds: plan.warmUpSeconds }));
    const rounds: Figures[] = [];
    for (let round = 0; round < plan.pairs; round += 1) {
      const { figures, load } = await measure(ours, enrol, { concurrency: PEOPLE, seconds: plan.seconds });
      complain(load);
      rounds.push(figures);
    }
    return findingOf(medianFigures(rounds));
  } finally {
    await ours.stop();
    await outside.close();
  }
}

function findingOf(figures: Figures): Finding {
  const { operationsPerSecond, cpuMs, childrenCpuMs, databaseCpuMs, redisCommands, p50, p99 } = figures;
  const total = cpuMs + childrenCpuMs;
  return {
    id: 'W11',
    what: `whole enrolments by ${PEOPLE} people at once: 16 requests, registry, ownership, text message, password, recovery codes`,
    measured: `**${total.toFixed(0)} ms** of CPU each: server ${cpuMs.toFixed(0)}, password worker ${childrenCpuMs.toFixed(0)}; beside it PostgreSQL ${databaseCpuMs.toFixed(0)} ms and ${redisCommands.toFixed(0)} Redis commands; ${operationsPerSecond.toFixed(1)}/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
    target: `≤ ${CPU_AT_MOST_MS} ms, five a second on a core`,
    met: total <= CPU_AT_MOST_MS,
  };
}

function enrolment({ origin, issuer }: Side, { messageTo }: StandIns): Operation {
  let next = 0;
  return async () => {
    const visit = next++;
    const address = `10.${(visit >> 16) & 255}.${(visit >> 8) & 255}.${visit & 255}`;
    const browser = createBrowser({
      language: 'fa',
      send(url, init) {
        const headers = new Headers(init.headers);
        headers.set('x-forwarded-for', address);
        headers.set('x-forwarded-proto', 'https');
        return fetch(`${origin}${url.pathname}${url.search}`, { ...init, headers });
      },
    });
    const who = {
      nationalCode: nationalCodeNumber(visit),
      birthDate: '2001-03-21',
      birthDateJalali: '1380/1/1',
      givenName: 'آرش',
      familyName: 'کمانگیر',
      phones: [`+98912${String(visit).padStart(7, '0')}`],
      story: { fa: '', en: '' },
    };
    const codeFor = (phone: string) => /(?<!\d)\d{6}(?!\d)/.exec(messageTo(phone) ?? '')?.[0] ?? '';
    const done = await walkEnrolment({ browser, issuer, who, outside: { codeFor } });
    if (!done.url.endsWith('/enrol/done')) throw new Error(`the enrolment ended at ${new URL(done.url).pathname}`);
  };
}

/** A different valid code for every number; none of those that the preparation uses. */
function nationalCodeNumber(index: number): string {
  for (let checkDigit = 0; checkDigit < 10; checkDigit += 1) {
    const code = readNationalCode(`${200_000_000 + index}${checkDigit}`);
    if (code !== undefined) return code;
  }
  throw new Error(`no national code begins with ${200_000_000 + index}`);
}

function complain({ failures }: { failures: ReadonlyMap<string, number> }): void {
  for (const [reason, times] of failures) process.stderr.write(`W11: FAILED ${times} ×: ${reason}\n`);
}
