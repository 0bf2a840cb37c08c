import { RingBroken, RingMissing, RingNotInitialised } from '#signing-keys/errors.ts';

/** What a script or a monitor may rely on. */
export const exitCodes = {
  /** Done, or nothing wrong. */
  fine: 0,
  /** Something nobody foresaw; the message says what. */
  failed: 1,
  /** The command was not understood. */
  misused: 2,
  /** The rules of the ring say no; nothing was changed. */
  refused: 3,
  /** Answered, and a person should look: the schedule is late, or a key is not sound. */
  needsAttention: 4,
  /** The ring, its database or its master key is not there, or not what it was. */
  unavailable: 5,
} as const;

/** Told apart by name: these come from rooms whose errors the command only passes on. */
const unavailable = [
  'MasterKeyMissing',
  'MasterKeyUnusable',
  'SealBroken',
  'SettingsInvalid',
  'WindowsRefused',
  'EmbeddedDatabaseInUse',
];
/** PostgreSQL: undefined_table. */
const UNDEFINED_TABLE = '42P01';

export function exitCodeOf(error: unknown): number {
  const isOfRing = [RingBroken, RingMissing, RingNotInitialised].some((it) => error instanceof it);
  if (isOfRing || isUnprepared(error)) return exitCodes.unavailable;
  return error instanceof Error && unavailable.includes(error.constructor.name)
    ? exitCodes.unavailable
    : exitCodes.failed;
}

export function messageOf(error: unknown): string {
  if (isUnprepared(error))
    return 'This database has no tables of the provider yet. Make them and the first keys: npm run keys -- init';
  return error instanceof Error ? error.message : String(error);
}

function isUnprepared(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE;
}
