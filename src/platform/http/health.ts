import type { IncomingMessage, ServerResponse } from 'node:http';

/** `/healthz`: the process lives. `/readyz`: it can do its work, so a proxy may send people here. */
type Health = {
  answerAlive(request: IncomingMessage, response: ServerResponse): void;
  answerReady(request: IncomingMessage, response: ServerResponse): void;
  /** From now on "not ready", while requests are still answered: proxies look elsewhere before the door closes. */
  setDraining(): void;
  isDraining(): boolean;
};

/** A proxy asks every second or two; a store that takes longer than this is not ready. */
const CHECK_WITHIN_MS = 1000;

export function createHealth({ checks }: { checks: Readonly<Record<string, () => Promise<void>>> }): Health {
  let isDraining = false;

  async function failing(): Promise<string[]> {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ((await succeeds(check)) ? undefined : name)),
    );
    return results.filter((name) => name !== undefined);
  }

  return {
    answerAlive: (_request, response) => send(response, 200, { status: 'alive' }),
    answerReady(_request, response) {
      if (isDraining) return send(response, 503, { status: 'draining' });
      void failing().then((names) =>
        send(
          response,
          names.length === 0 ? 200 : 503,
          names.length === 0 ? { status: 'ready' } : { status: 'not ready', failing: names },
        ),
      );
    },
    setDraining() {
      isDraining = true;
    },
    isDraining: () => isDraining,
  };
}

async function succeeds(check: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_WITHIN_MS);
  });
  const checked = check().then(
    () => true,
    () => false,
  );
  const isWell = await Promise.race([checked, tooLate]);
  clearTimeout(timer);
  return isWell;
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    .end(text);
}
