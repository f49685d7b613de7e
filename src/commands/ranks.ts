// A command whose work several processes share, where a launcher such as mpirun has started them as ranks of one job.
// Rank 0 speaks for all. An error of any rank is told once and ends the job.
import { ALONE, type Group } from '../runtime/group.ts';
import { type Joined, joinGroup } from '../runtime/mpi/join.ts';
import { detectLauncher, type Launcher } from '../runtime/mpi/launcher.ts';
import { UsageError } from '../util/errors.ts';
import type { Log } from '../util/log.ts';
import { reportError } from '../util/report-error.ts';

/** Of a `--rank-timeout`, in minutes. */
export const RANK_TIMEOUT = 30;

/** How long other ranks leave it to rank 0 to tell an error that has come to all. */
const GRACE_MS = 5000;

/** Does the work as one of the launcher's processes, or alone. Ranks wait for one another up to so many minutes. */
export async function withRanks(
  minutes: number,
  log: Log,
  work: (group: Group) => Promise<void>,
): Promise<void> {
  if (!(minutes > 0)) throw new UsageError(`--rank-timeout is a number of minutes; found ${minutes}`);
  const launcher = detectLauncher(process.env);
  if (launcher === undefined || launcher.size === 1) return work(ALONE);
  let joined: Joined | undefined;
  try {
    joined = await joinGroup(launcher, process.env, 60_000 * minutes);
    if (launcher.rank > 0) log.level = 'error';
    log.info(joined.about);
    if (joined.doubt !== undefined) log.warn(joined.doubt);
    await work(joined.group);
    await joined.group.leave();
  } catch (error) {
    await endJob(error, launcher, joined?.group, log);
    throw error;
  }
}

async function endJob(
  error: unknown,
  { rank }: Launcher,
  group: Joined['group'] | undefined,
  log: Log,
): Promise<void> {
  if (rank > 0) await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
  if (group === undefined) return;
  const name = rank > 0 ? `${group.nameOf(rank)}: ` : '';
  const named: Log = { ...log, error: (text) => log.error(`${name}${text}`) };
  group.abort(reportError(error, named, Boolean(process.env.TX_DEBUG)));
}
