// What a computation will take in memory against what the machine has, so that too much is refused before it is spent.
import { totalmem } from 'node:os';
import { UserError } from './errors.ts';
import { formatBytes } from './format.ts';

/** Bytes that this process may have: the machine's, or fewer where a container has its own limit. */
export function machineMemory(): number {
  const limit = process.constrainedMemory();
  const total = totalmem();
  return limit > 0 && limit < total ? limit : total;
}

/** A UserError if `bytes` are more than the machine has, such as "WHAT needs about 40 GB of memory, 24 GB are there: REMEDY". */
export function requireMemory(bytes: number, what: string, remedy: string): void {
  const there = machineMemory();
  if (bytes <= there) return;
  throw new UserError(
    `${what} needs about ${formatBytes(bytes)} of memory, ${formatBytes(there)} are there: ${remedy}`,
  );
}
