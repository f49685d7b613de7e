// Whether another process still runs.
import { readFileSync } from 'node:fs';

/** Whether a process of this number runs; with an identity, whether it is that very one, where the system tells. */
export function isRunning(pid: number, identity: string | null = null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Otherwise it is another user's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = processIdentity(pid);
  if (now === ENDED) return false;
  return now === undefined || identity === null || now === identity;
}

const ENDED = 'ended';

/**
 * What tells a process from a later one of the same number: the boot of the machine and the tick of its clock at which
 * it began. Undefined where the system does not tell (only Linux does).
 */
export function processIdentity(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // After the name in brackets: field 3, the state, and so on; the beginning is field 22.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? ENDED : `${boot} ${fields[22 - 3]}`;
  } catch {
    return undefined;
  }
}
