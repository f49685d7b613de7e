// Jobs of several ranks for scripts and tests: the mpirun that is installed, with its own options.
import { spawn, spawnSync } from 'node:child_process';

/** Debian has Open MPI and MPICH under names of their own. */
const LAUNCHERS = ['mpirun.openmpi', 'mpirun.mpich', 'mpirun'];

/** The launchers that are installed, one of each MPI. */
export function listLaunchers(names = LAUNCHERS) {
  const found = new Map();
  for (const launcher of names) {
    const { stdout } = spawnSync(launcher, ['--version'], { encoding: 'utf8' });
    const name = /Open MPI|Open ?RTE|PRRTE/.test(stdout ?? '')
      ? 'Open MPI'
      : /HYDRA|MPICH/.test(stdout ?? '')
        ? 'MPICH'
        : undefined;
    if (name !== undefined && !found.has(name)) found.set(name, { name, launcher });
  }
  return [...found.values()];
}

/** The same, or the one that is asked for; an Error where there is none. */
export function findLaunchers(asked) {
  const found = listLaunchers(asked === undefined ? LAUNCHERS : [asked]);
  if (found.length === 0) throw new Error('no mpirun is found: apt-get install openmpi-bin or mpich');
  return found;
}

/** What launchers want of an environment in which everything runs as root. */
export const AS_ROOT = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };

/** What stands before the program: so many ranks, more than there are cores if need be, none bound to a core. */
export const rankOptions = ({ name }, ranks) => [
  ...['-np', String(ranks)],
  ...(name === 'Open MPI' ? ['--oversubscribe', '--bind-to', 'none'] : []),
];

/** Starts Node on so many ranks. */
export function startRanks(mpi, ranks, argv) {
  return spawn(mpi.launcher, [...rankOptions(mpi, ranks), process.execPath, ...argv], {
    env: { ...process.env, ...AS_ROOT },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** How a process ended, and what it has told. */
export function ending(child) {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
