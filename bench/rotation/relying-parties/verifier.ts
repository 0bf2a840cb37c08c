/** A thread of its own, run by bench/rotation/verification.ts: every relying party verifies every token, again and again. */
import { parentPort, workerData } from 'node:worker_threads';
import { createKeySetSource } from './fetch-key-set.ts';
import { createRelyingParties, type RelyingParty } from './relying-parties.ts';
import { createTally } from './tally.ts';
import type { FromVerifier, ToVerifier, VerifierSetup } from './verifier-messages.ts';

const port = parentPort;
if (port === null) throw new Error('the verifier runs as a worker thread');
const { origins, issuer, each, dayMs, timesEach }: VerifierSetup = workerData;

/** As late as a busy machine allows: what comes later than the token's end is counted apart and not verified. */
const BEFORE_THE_END_MS = 500;

/** In between, a thread that is behind by so much leaves a verification out: the first and the last of a token count more. */
const BEHIND_MS = 100;

const source = createKeySetSource(origins);
const relyingParties = createRelyingParties({ source, issuer, dayMs, each });
const tally = createTally();
let pending = 0;

async function verifyEverywhere(token: string, { endsAt, kind }: { endsAt: number; kind: string }): Promise<void> {
  pending += 1;
  await Promise.all(
    relyingParties.map(async (relyingParty) => {
      const refusal = await relyingParty.refuse(token);
      if (Date.now() >= endsAt) tally.late();
      else tally.note({ token, tokenKind: kind, by: relyingParty.kind, refusal });
    }),
  );
  pending -= 1;
}

/** Somebody presents tokens of a key that was revoked, when even the slowest relying party must know. */
async function presentStolen(token: string): Promise<void> {
  const answers = await Promise.all(relyingParties.map((relyingParty: RelyingParty) => relyingParty.refuse(token)));
  const accepted = answers.filter((refusal) => refusal === undefined).length;
  tally.noteStolen({ accepted, refused: answers.length - accepted });
}

port.on('message', (message: ToVerifier) => {
  switch (message.type) {
    case 'token': {
      const { token, kind, endsAt } = message;
      const left = Math.max(0, endsAt - BEFORE_THE_END_MS - Date.now());
      // On arrival, in between as with every request that carries it, and shortly before its end.
      for (let at = 0; at < timesEach; at += 1) {
        const afterMs = (left * at) / (timesEach - 1);
        const dueAt = Date.now() + afterMs;
        const isBetween = at > 0 && at < timesEach - 1;
        setTimeout(() => {
          if (!isBetween || Date.now() - dueAt < BEHIND_MS) void verifyEverywhere(token, { endsAt, kind });
        }, afterMs);
      }
      return;
    }
    case 'stolen':
      void presentStolen(message.token);
      return;
    case 'tell':
      port.postMessage({ pending, ...tally.read(), fetches: { ...source.counts } } satisfies FromVerifier);
      return;
    case 'end':
      void source.close().then(() => port.close());
  }
});
