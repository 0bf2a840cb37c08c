import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { RefusalCount } from './relying-parties/tally.ts';
import type { FromVerifier, ToVerifier, VerifierSetup } from './relying-parties/verifier-messages.ts';
import { TOKEN_LIFE } from './timing.ts';
import type { Issued } from './traffic.ts';

/** The relying parties of the run, in a thread of their own so that they do not slow the generator. */
type Verification = {
  present(issued: Omit<Issued, 'node'>): void;
  /** A token of a key that nobody may trust any more. */
  presentStolen(token: string): void;
  read(): Promise<FromVerifier>;
  /** Waits until every token has reached its end, then ends the thread. */
  finish(): Promise<FromVerifier>;
  /** At once, whatever is under way. */
  close(): Promise<unknown>;
};

/** As many threads as are told, each with its share of the relying parties. */
export function startVerification({ threads, each, ...setup }: VerifierSetup & { threads: number }): Verification {
  const share = Math.ceil(each / threads);
  const verifiers = Array.from({ length: threads }, () => startThread({ ...setup, each: share }));
  const tell = (message: ToVerifier) => {
    for (const verifier of verifiers) verifier.tell(message);
  };
  const read = async () => (await Promise.all(verifiers.map((verifier) => verifier.read()))).reduce(together);

  return {
    present: ({ token, kind }) => tell({ type: 'token', token, kind, endsAt: endOf(token) }),
    presentStolen: (token) => tell({ type: 'stolen', token }),
    read,
    async finish() {
      await wait(TOKEN_LIFE);
      let reading = await read();
      while (reading.pending > 0) {
        await wait(100);
        reading = await read();
      }
      await Promise.all(verifiers.map((verifier) => verifier.end()));
      return reading;
    },
    close: () => Promise.all(verifiers.map(({ worker }) => worker.terminate())),
  };
}

function startThread(setup: VerifierSetup) {
  const worker = new Worker(new URL('relying-parties/verifier.ts', import.meta.url), { workerData: setup });
  const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  const tell = (message: ToVerifier) => worker.postMessage(message);
  return {
    worker,
    tell,
    async read(): Promise<FromVerifier> {
      const answer = once(worker, 'message');
      tell({ type: 'tell' });
      const [reading] = await Promise.race([answer, failed]);
      return reading;
    },
    async end(): Promise<void> {
      const ended = once(worker, 'exit');
      tell({ type: 'end' });
      await ended;
    },
  };
}

function together(a: FromVerifier, b: FromVerifier): FromVerifier {
  const added = <Counts extends Record<string, number>>(one: Counts, other: Counts): Counts => ({
    ...one,
    ...Object.fromEntries(Object.entries(other).map(([name, times]) => [name, times + (one[name] ?? 0)])),
  });
  return {
    accepted: added(a.accepted, b.accepted),
    refusals: [...a.refusals, ...b.refusals],
    late: a.late + b.late,
    stolen: added(a.stolen, b.stolen),
    pending: a.pending + b.pending,
    fetches: added(a.fetches, b.fetches),
  };
}

/** Access tokens end as their `exp` says, the others as long after they were signed. */
function endOf(token: string): number {
  const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return Math.min(exp * 1000, iat * 1000 + TOKEN_LIFE);
}

/**
 * A refusal of a token whose key had been revoked is what revocation is for; every other one is a failure.
 * `revoked` is by kid, in milliseconds since 1970.
 */
export function sortRefusals(
  refusals: readonly RefusalCount[],
  revoked: ReadonlyMap<string, number>,
): { failures: RefusalCount[]; asTheyMust: number } {
  const isRightful = ({ kid, firstAt, reason }: RefusalCount) =>
    reason === 'unknown-key' && firstAt >= (revoked.get(kid) ?? Number.POSITIVE_INFINITY);
  const asTheyMust = refusals.filter(isRightful).reduce((sum, { times }) => sum + times, 0);
  return { failures: refusals.filter((refusal) => !isRightful(refusal)), asTheyMust };
}
