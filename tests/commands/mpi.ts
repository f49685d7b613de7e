// `tx` as several processes under the mpirun of each MPI that is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Package, plainEnv, Running } from './package.ts';

export interface Mpi {
  name: 'Open MPI' | 'MPICH';
  launcher: string;
}

/** Those that are installed; Debian has both under names of their own. */
export function findMpis(): Mpi[] {
  const found = new Map<string, Mpi>();
  for (const launcher of ['mpirun.openmpi', 'mpirun.mpich', 'mpirun']) {
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

/** Each process leaves its number where the test finds it; one may be left without a place for its files. */
const TELL_PID = `import { writeFileSync } from 'node:fs';
const { OMPI_COMM_WORLD_RANK, PMI_RANK, TX_TEST_PIDS, TX_TEST_NO_ROOM } = process.env;
const rank = OMPI_COMM_WORLD_RANK ?? PMI_RANK;
writeFileSync(TX_TEST_PIDS + '/' + rank, String(process.pid));
if (rank === TX_TEST_NO_ROOM) process.env.TMPDIR = '/no/such/folder';`;

export class Job extends Running {
  readonly #pids: string;

  /** `tx ...argv` on so many ranks. */
  constructor(
    { name, launcher }: Mpi,
    ranks: number,
    installed: Package,
    argv: readonly string[],
    env: Record<string, string> = {},
  ) {
    const pids = mkdtempSync(join(tmpdir(), 'tx-pids-'));
    const crowded = name === 'Open MPI' ? ['--oversubscribe', '--bind-to', 'none'] : [];
    const node = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(TELL_PID)}`];
    const own = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1', TX_TEST_PIDS: pids };
    super(
      spawn(launcher, ['-np', String(ranks), ...crowded, ...node, installed.script, ...argv], {
        env: { ...plainEnv, ...own, ...env },
      }),
    );
    this.#pids = pids;
    void this.ended.then(() => rmSync(pids, { recursive: true }));
  }

  /** Ends a rank as a machine that fails does, or asks it to end. */
  signal(rank: number, signal: NodeJS.Signals): void {
    const path = join(this.#pids, String(rank));
    if (existsSync(path)) process.kill(Number(readFileSync(path, 'utf8')), signal);
  }
}
