/** This instance does not know the ring well enough to sign. Answered with 503 and Retry-After; it heals with the next read. */
export class RingStale extends Error {
  readonly retryAfterMs = 5_000;
}

/** A new issuer: nobody has made the first ring yet. */
export class RingNotInitialised extends Error {
  constructor() {
    super('This issuer has no signing keys yet. Make the first ones, once for its whole life: npm run keys -- init');
  }
}

/** The issuer had keys before. Making new ones by ourselves would break every relying party and hide what happened. */
export class RingMissing extends Error {
  constructor(what: string) {
    super(
      `This issuer was initialised before, but ${what}. Nothing is signed, and no new keys are made by themselves. ` +
        'Restore the tables signing_keys, signing_key_epochs and data_keys from the last backup, together with the master key they were sealed with, ' +
        'then run: npm run keys -- verify',
    );
  }
}

/** A row does not hold what it was written with. */
export class RingBroken extends Error {
  constructor(kid: string, cause: unknown) {
    super(
      `The signing key ${kid} in the database is not what this issuer wrote there: it was altered, moved from another row, or sealed under another master key. ` +
        'Nothing is signed. Find out who can write to the database, check that keys/ holds the right master key, restore the row from a backup, ' +
        'then run: npm run keys -- verify',
      { cause },
    );
  }
}
