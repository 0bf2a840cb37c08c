/** Work that is looked for again and again, one round after the other and never two at once. */
export type Rounds = {
  /** Looks at once, because something has just become due here. */
  wake(): void;
  /** Begins no further round and resolves when the one under way is through. */
  stop(): Promise<void>;
};

type Needs = {
  /** One round; throwing ends it, and the next one comes all the same. */
  work(): Promise<unknown>;
  /** Milliseconds between two looks. */
  everyMs: number;
  onError(error: unknown): void;
};

export function startRounds({ work, everyMs, onError }: Needs): Rounds {
  let isStopped = false;
  let isAskedAgain = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  const wake = () => {
    if (isStopped) return;
    clearTimeout(timer);
    if (running !== undefined) {
      isAskedAgain = true;
      return;
    }
    running = work()
      .then(() => undefined, onError)
      .finally(() => {
        running = undefined;
        if (isStopped) return;
        if (!isAskedAgain) {
          timer = setTimeout(wake, everyMs).unref();
          return;
        }
        isAskedAgain = false;
        wake();
      });
  };
  timer = setTimeout(wake, everyMs).unref();

  return {
    wake,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
