import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import { SECOND } from '#platform/durations.ts';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, path: string) => void;

/**
 * Who is suspended is out everywhere within 5 s. The change feed may have been silent for so long; then it is asked, and
 * an instance that cannot ask gives nothing out: 503, and the proxy asks another one.
 */
const TRUSTED_SILENCE = 4 * SECOND;

/** A PostgreSQL that is well answers within milliseconds; one that vanished would hold requests up for much longer. */
const LONGEST_QUESTION = 1 * SECOND;

type Needs = {
  signingKeys: Pick<SigningKeys, 'current'>;
  changeFeed: Pick<ChangeFeed, 'silentForMs' | 'poll'>;
};

/** Answers 503 in the place of an instance that may be behind; another one will know. */
type Fence = {
  /** Before what publishes keys: they may not be older than 60 s. */
  unlessKeysAreOld(answer: Answer): Answer;
  /** Before what signs or gives something out: nor may anything else be older than 5 s. */
  unlessBehind(answer: Answer): Answer;
};

export function createFence({ signingKeys, changeFeed }: Needs): Fence {
  let asking: Promise<boolean> | undefined;

  function mayTrustKeys(): boolean {
    try {
      signingKeys.current();
      return true;
    } catch {
      return false;
    }
  }

  /** One question for all requests that wait. */
  function ask(): Promise<boolean> {
    asking ??= succeedsWithin(LONGEST_QUESTION, changeFeed.poll()).finally(() => {
      asking = undefined;
    });
    return asking;
  }

  return {
    unlessKeysAreOld: (answer) => (request, response, path) =>
      mayTrustKeys() ? answer(request, response, path) : refuse(response),
    unlessBehind: (answer) => (request, response, path) => {
      if (!mayTrustKeys()) return refuse(response);
      if (changeFeed.silentForMs() <= TRUSTED_SILENCE) return answer(request, response, path);
      void ask().then((isCurrent) => (isCurrent ? answer(request, response, path) : refuse(response)));
    },
  };
}

function refuse(response: ServerResponse): void {
  response.writeHead(503, { 'Retry-After': '5', 'Content-Type': 'application/json' });
  response.end('{"error":"temporarily_unavailable"}');
}

async function succeedsWithin(milliseconds: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  return Promise.race([done, tooLate]).finally(() => clearTimeout(timer));
}
