import { setTimeout as wait } from 'node:timers/promises';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import { startProcess } from '#tests/support/processes.ts';
import type { Ledger } from './ledger.ts';
import type { Node } from './nodes.ts';
import type { Signatures } from './signatures.ts';

/** A key that signs is out: asked for by one person, agreed to by another, with the commands of the runbook. */
export type Revoked = {
  circumstances: string;
  alg: string;
  kid: string;
  /** Of the commit, in milliseconds since 1970. */
  at: number;
  /** From the second person's command to its commit in the database, most of it the start of a program. */
  commandMs: number;
  /** From the commit until each instance had left the key out of `/jwks`; undefined while it did not answer. */
  learntMs: Record<string, number | undefined>;
};

export type Emergency = Revoked & {
  /** From the commit to the arrival of the last token of that key that anybody ever saw. The limit is 5 s. */
  lastSignatureMs: number;
  signedAfter: number;
};

/** At the very end: an instance that slept may have woken up long after. */
export function judgeEmergency(revoked: Revoked, signatures: Signatures): Emergency {
  const lastAt = signatures.lastSignedBy(revoked.kid)?.at ?? 0;
  return {
    ...revoked,
    lastSignatureMs: Math.round(Math.max(0, lastAt - revoked.at)),
    signedAfter: signatures.signedAfter(revoked.kid, revoked.at),
  };
}

/** docs/for-security-teams.md promises it. */
export const LIMIT_MS = 5_000;

const repository = new URL('../..', import.meta.url).pathname;

type EmergencyNeeds = {
  environment: Record<string, string>;
  ledger: Ledger;
  nodes: readonly Node[];
};

/** Answers when the revocation is in the database and everybody had `watchMs` to learn of it. */
export async function revokeSigner(
  { environment, ledger, nodes }: EmergencyNeeds,
  { alg, circumstances, watchMs }: { alg: string; circumstances: string; watchMs: number },
): Promise<Revoked> {
  const kid = await ledger.findSigner(alg);
  await runKeys(environment, ['revoke', kid, '--reason', 'a drill', '--by', 'sara']);
  const commandAt = Date.now();
  const watch = watchKeySets(nodes, kid);
  await runKeys(environment, ['approve', kid, '--by', 'dariush']);
  const revoked = (await ledger.listRevoked()).find((it) => it.kid === kid);
  if (revoked === undefined) throw new Error(`${kid} was not revoked`);
  await wait(watchMs);
  const leftAt = await watch.end();
  return {
    circumstances,
    alg,
    kid,
    commandMs: Math.round(revoked.at - commandAt),
    at: revoked.at,
    learntMs: Object.fromEntries(
      nodes.map(({ name }) => {
        const at = leftAt.get(name);
        return [name, at === undefined ? undefined : Math.max(0, Math.round(at - revoked.at))];
      }),
    ),
  };
}

/** As it would be in a ring that keeps none: the key that takes over is unknown to everybody. */
export async function revokeWithoutStandby(signingKeys: SigningKeys, ledger: Ledger): Promise<void> {
  const kid = await ledger.findSigner('ES256');
  await signingKeys.requestRevocation({ kid, reason: 'a control', by: 'sara' });
  // In the same moment, before an instance finds that they are missing.
  await ledger.eraseStandbys();
  const { outcome } = await signingKeys.approveRevocation({ kid, by: 'dariush' });
  if (outcome !== 'done') throw new Error(`the revocation of ${kid}: ${outcome}`);
}

async function runKeys(environment: Record<string, string>, args: readonly string[]): Promise<void> {
  const command = await startProcess({
    command: process.execPath,
    args: ['src/commands/keys.ts', ...args, '--json'],
    cwd: repository,
    env: environment,
  });
  const code = await command.exited;
  if (code !== 0) throw new Error(`keys ${args.join(' ')} ended with ${code}: ${command.output()}`);
}

/** Asks every instance itself, past every cache, when it stopped publishing this key. */
function watchKeySets(nodes: readonly Node[], kid: string): { end(): Promise<ReadonlyMap<string, number>> } {
  const leftAt = new Map<string, number>();
  let isOver = false;
  const watching = nodes.map(async ({ name, origin }) => {
    while (!isOver && !leftAt.has(name)) {
      const keys = await fetch(`${origin}/jwks`, { signal: AbortSignal.timeout(1_000) })
        .then(async (answer) => (answer.ok ? await answer.text() : undefined))
        .catch(() => undefined);
      if (keys !== undefined && !keys.includes(kid)) leftAt.set(name, Date.now());
      await wait(50);
    }
  });
  return {
    async end() {
      isOver = true;
      await Promise.all(watching);
      return leftAt;
    },
  };
}
