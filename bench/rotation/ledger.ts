import { Client } from 'pg';

/** The ring as the database tells it, read apart from our own code: a judge does not ask the accused. */
export type Ledger = {
  /** Keys that began to sign, the first ring's apart. */
  countRotations(): Promise<number>;
  findSigner(alg: string): Promise<string>;
  /** Milliseconds since 1970, by the database's clock, which is this machine's. */
  listRevoked(): Promise<{ kid: string; at: number }[]>;
  /** For the control without a standby. */
  eraseStandbys(): Promise<void>;
  close(): Promise<void>;
};

export async function openLedger(databaseUrl: string): Promise<Ledger> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const ask = async (text: string, values: unknown[] = []) =>
    (await client.query<Record<string, unknown>>(text, values)).rows;

  return {
    async countRotations() {
      const [row] = await ask(
        'select count(*) from signing_keys where activated_at > (select min(at) from signing_key_epochs)',
      );
      return Number(row?.count);
    },
    async findSigner(alg) {
      const [row] = await ask(
        'select kid from signing_keys where alg = $1 and activated_at is not null and retired_at is null and revoked_at is null',
        [alg],
      );
      if (row === undefined) throw new Error(`nobody signs ${alg}`);
      return String(row.kid);
    },
    async listRevoked() {
      const rows = await ask(
        'select kid, extract(epoch from revoked_at) * 1000 as at from signing_keys where revoked_at is not null',
      );
      return rows.map(({ kid, at }) => ({ kid: String(kid), at: Number(at) }));
    },
    async eraseStandbys() {
      await ask(
        'delete from signing_keys where published_at is not null and activated_at is null and revoked_at is null',
      );
    },
    close: () => client.end(),
  };
}
