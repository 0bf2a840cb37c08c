import { readdirSync, readFileSync } from 'node:fs';

/** The processes of password pools that this test process started, read from /proc. */
export function passwordWorkers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) => read(pid, 'cmdline').includes('password-worker') && parentOf(pid) === process.pid && !isZombie(pid),
    );
}

export function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended in the meantime.
    return '';
  }
}

/** How willingly each thread gives way: proc(5), field 19 of stat, from -20 to 19. */
export function nicenessOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => Number(fieldsOf(pid, `task/${thread}/stat`)[16]));
}

function parentOf(pid: number): number {
  return Number(fieldsOf(pid, 'stat')[1]);
}

function isZombie(pid: number): boolean {
  return fieldsOf(pid, 'stat')[0] === 'Z';
}

/** The fields from the third on; the second is the name, which may hold blanks. */
function fieldsOf(pid: number, file: string): string[] {
  const stat = read(pid, file);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
