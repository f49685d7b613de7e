// Jobs of several ranks for the scripts here: the mpirun that is installed, with its own options.
import { spawn, spawnSync } from 'node:child_process';

/** Debian has Open MPI and MPICH under names of their own. */
const LAUNCHERS = ['mpirun.openmpi', 'mpirun.mpich', 'mpirun'];

/** The launchers that are installed, one of each MPI, or the one that is asked for; an Error where there is none. */
export function findLaunchers(asked) {
  const found = new Map();
  for (const launcher of asked === undefined ? LAUNCHERS : [asked]) {
    const { stdout } = spawnSync(launcher, ['--version'], { encoding: 'utf8' });
    const name = /Open MPI|Open ?RTE|PRRTE/.test(stdout ?? '')
      ? 'Open MPI'
      : /HYDRA|MPICH/.test(stdout ?? '')
        ? 'MPICH'
        : undefined;
    if (name !== undefined && !found.has(name)) found.set(name, { name, launcher });
  }
  if (found.size === 0) throw new Error('no mpirun is found: apt-get install openmpi-bin or mpich');
  return [...found.values()];
}

/** Starts Node on so many ranks, more than there are cores if need be; none is bound to a core. */
export function startRanks({ name, launcher }, ranks, argv, env = {}) {
  const crowded = name === 'Open MPI' ? ['--oversubscribe', '--bind-to', 'none'] : [];
  const own = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };
  return spawn(launcher, ['-np', String(ranks), ...crowded, process.execPath, ...argv], {
    env: { ...process.env, ...own, ...env },
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
