import { lastLines, type RunningService, type Service, startService } from './service.ts';

type DemoEnd = { outcome: 'stopped' } | { outcome: 'failed'; reason: string };

type Options = {
  services: readonly Service[];
  /** Called once, when every service answers. */
  onReady(): void;
  /** Aborted when somebody asks for the end: Ctrl-C, SIGTERM. */
  stopAsked: AbortSignal;
};

const LINES_SHOWN = 12;

/** Runs the services until the end is asked for or one of them ends by itself; then none is left running. */
export async function runServices({ services, onReady, stopAsked }: Options): Promise<DemoEnd> {
  const running = services.map(startService);
  const asked = new Promise<DemoEnd>((resolve) => {
    const stopped = () => resolve({ outcome: 'stopped' });
    stopAsked.addEventListener('abort', stopped, { once: true });
    if (stopAsked.aborted) stopped();
  });
  const end = await Promise.race([asked, ...running.map(failureOf), untilAllReady(running, onReady)]);
  await Promise.all(running.map((service) => service.stop()));
  return end;
}

/** Resolves only when a service fails; being ready is no end. */
async function failureOf(service: RunningService): Promise<DemoEnd> {
  const notReady = service.ready.then(
    () => new Promise<never>(() => {}),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const ended = service.ended.then(
    ({ code, signal }) => `${service.name} ended by itself (${signal ?? `exit code ${code}`})`,
  );
  const reason = await Promise.race([ended, notReady]);
  return { outcome: 'failed', reason: `${reason}; its log ends with:\n${lastLines(service.logFile, LINES_SHOWN)}` };
}

async function untilAllReady(running: readonly RunningService[], onReady: () => void): Promise<never> {
  const ready = await Promise.allSettled(running.map((service) => service.ready));
  if (ready.every(({ status }) => status === 'fulfilled')) onReady();
  return new Promise<never>(() => {});
}
