import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import {
  OUTSIDE_TOKENS,
  outsideServiceProblems,
  outsideServiceShape,
  outsideServicesFrom,
} from './settings/outside-services.ts';

/** The environment, read once into a checked value. The only file that looks at process.env. */
export type Settings = ReturnType<typeof settingsFrom>;

/** Every problem at once, each in words that say what to do. */
export class SettingsInvalid extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`the settings are not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const flag = z
  .enum(['0', '1'], 'must be 0 or 1')
  .default('0')
  .transform((value) => value === '1');
/** What is too short is known to the room that the setting is for. */
const positive = z.coerce.number('must be a number').positive().optional();
const port = z.coerce.number('must be a port number').int().min(0).max(65535);

const shape = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must look like postgres://user:password@host:5432/database' })
    .optional(),
  REDIS_URL: z
    .string()
    .regex(
      /^(redis|rediss|redis\+sentinel|redis\+cluster):\/\/.+/,
      'must start with redis://, rediss://, redis+sentinel:// or redis+cluster://',
    )
    .optional(),
  PANJEREH_ISSUER: z
    .url({ protocol: /^https?$/, error: 'must be the public https address, such as https://sso.example.ir' })
    .default('http://localhost:3000'),
  PANJEREH_HOST: z.string().default('127.0.0.1'),
  PANJEREH_PORT: port.default(3000),
  PANJEREH_METRICS_HOST: z.string().default('127.0.0.1'),
  PANJEREH_METRICS_PORT: port.default(9464),
  PANJEREH_KEYS_FOLDER: z.string().default('keys'),
  PANJEREH_DATA_FOLDER: z.string().default('.data'),
  PANJEREH_MASTER_KEY: z.string().optional(),
  PANJEREH_DEMO: flag,
  PANJEREH_ALLOW_LOOPBACK: flag,
  PANJEREH_REDIS_VOUCHED: flag,
  PANJEREH_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
    .refine((parts) => parts.every((part) => ipaddr.isValid(part) || ipaddr.isValidCIDR(part)), {
      error:
        'must be addresses or networks, such as 10.0.0.5 or 10.89.0.0/24, parted by commas; names are not looked up',
    }),
  PANJEREH_DNS_SERVERS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
    .refine(
      (parts) => parts.every((part) => ipaddr.isValid(part.replace(/^\[|\]?(?::\d+)?$/g, '')) || ipaddr.isValid(part)),
      {
        error: 'must be addresses of resolvers, such as 10.0.0.53 or 10.0.0.53:5353, parted by commas',
      },
    ),
  PANJEREH_DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(10),
  PANJEREH_PASSWORD_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(Math.max(1, availableParallelism() - 1)),
  PANJEREH_JWKS_MAX_AGE_SECONDS: positive,
  PANJEREH_RELYING_PARTY_CACHE_HOURS: positive,
  PANJEREH_KEY_PROPAGATION_DAYS: positive,
  PANJEREH_KEY_ROTATION_DAYS: positive,
  PANJEREH_KEY_RETENTION_DAYS: positive,
  PANJEREH_KEY_ARCHIVE_DAYS: positive,
  PANJEREH_KEY_WORKING_HOURS: z.string().optional(),
  PANJEREH_KEY_FREEZES: z.string().optional(),
  ...outsideServiceShape,
  PANJEREH_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  PANJEREH_LEDGER_WITNESS: z.string().optional(),
  PANJEREH_DRAIN_SECONDS: z.coerce.number().int().min(0).max(120).default(10),
});

/** A value may come from a file instead, as Docker and Kubernetes hand over secrets: NAME_FILE=/run/secrets/name. */
const MAY_COME_FROM_FILE = ['DATABASE_URL', 'REDIS_URL', 'PANJEREH_MASTER_KEY', ...OUTSIDE_TOKENS] as const;

export const settingNames: readonly string[] = Object.keys(shape.shape);

/** @throws SettingsInvalid */
export function readSettings(environment: Environment = process.env): Settings {
  const problems: string[] = [];
  const values = withFiles(environment, problems);
  problems.push(...unknownNames(environment));
  const parsed = shape.safeParse(withoutEmpty(values));
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
    throw new SettingsInvalid(problems);
  }
  problems.push(...productionProblems(parsed.data));
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return settingsFrom(parsed.data);
}

function settingsFrom(values: z.output<typeof shape>) {
  return {
    isProduction: values.NODE_ENV === 'production',
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    databasePool: values.PANJEREH_DATABASE_POOL,
    issuer: values.PANJEREH_ISSUER.replace(/\/$/, ''),
    listen: { host: values.PANJEREH_HOST, port: values.PANJEREH_PORT },
    metrics: { host: values.PANJEREH_METRICS_HOST, port: values.PANJEREH_METRICS_PORT },
    keysFolder: values.PANJEREH_KEYS_FOLDER,
    dataFolder: values.PANJEREH_DATA_FOLDER,
    masterKey: values.PANJEREH_MASTER_KEY,
    isDemo: values.PANJEREH_DEMO,
    mayReachLoopback: values.PANJEREH_ALLOW_LOOPBACK,
    isRedisVouchedFor: values.PANJEREH_REDIS_VOUCHED,
    trustedProxies: values.PANJEREH_TRUSTED_PROXIES,
    dnsServers: values.PANJEREH_DNS_SERVERS,
    passwordWorkers: values.PANJEREH_PASSWORD_WORKERS,
    /** Read and judged by the room of the signing keys. */
    keys: {
      jwksMaxAgeSeconds: values.PANJEREH_JWKS_MAX_AGE_SECONDS,
      relyingPartyCacheHours: values.PANJEREH_RELYING_PARTY_CACHE_HOURS,
      propagationDays: values.PANJEREH_KEY_PROPAGATION_DAYS,
      rotationDays: values.PANJEREH_KEY_ROTATION_DAYS,
      retentionDays: values.PANJEREH_KEY_RETENTION_DAYS,
      archiveDays: values.PANJEREH_KEY_ARCHIVE_DAYS,
      workingHours: values.PANJEREH_KEY_WORKING_HOURS,
      freezes: values.PANJEREH_KEY_FREEZES,
    },
    outside: outsideServicesFrom(values),
    logLevel: values.PANJEREH_LOG_LEVEL,
    ledgerWitness:
      values.PANJEREH_LEDGER_WITNESS ??
      (values.DATABASE_URL === undefined ? `${values.PANJEREH_DATA_FOLDER}/ledger-heads.jsonl` : undefined),
    drainSeconds: values.PANJEREH_DRAIN_SECONDS,
  };
}

function productionProblems(values: z.output<typeof shape>): string[] {
  if (values.NODE_ENV !== 'production') return [];
  const problems = outsideServiceProblems(values);
  if (values.DATABASE_URL === undefined)
    problems.push('DATABASE_URL: production needs PostgreSQL; the embedded database is for trying out only');
  if (values.REDIS_URL === undefined)
    problems.push('REDIS_URL: production needs Redis; the in-memory store is for trying out only');
  if (!values.PANJEREH_ISSUER.startsWith('https://'))
    problems.push('PANJEREH_ISSUER: production needs an https address (OpenID Connect Discovery 1.0 section 3)');
  if (values.PANJEREH_DEMO)
    problems.push('PANJEREH_DEMO: demo citizens have known passwords and are refused in production');
  if (values.PANJEREH_ALLOW_LOOPBACK)
    problems.push('PANJEREH_ALLOW_LOOPBACK: outgoing requests to this machine are refused in production');
  return problems;
}

function unknownNames(environment: Environment): string[] {
  const known = new Set([...settingNames, ...MAY_COME_FROM_FILE.map((name) => `${name}_FILE`)]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('PANJEREH_') && !known.has(name))
    .map((name) => `${name}: there is no such setting; .env.example lists all of them`);
}

function withFiles(environment: Environment, problems: string[]): Environment {
  const values: Record<string, string | undefined> = { ...environment };
  for (const name of MAY_COME_FROM_FILE) {
    const file = environment[`${name}_FILE`];
    if (file === undefined || file === '') continue;
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${name}_FILE: the file ${file} cannot be read`);
    }
  }
  return values;
}

/** Compose files pass unset variables on as empty text; that means "not set". */
function withoutEmpty(values: Environment): Environment {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
