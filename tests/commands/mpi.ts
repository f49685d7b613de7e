// `tx` as several processes under the mpirun of each MPI that is installed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Package, plainEnv, Running } from './package.ts';

export interface Mpi {
  name: 'Open MPI' | 'MPICH';
  launcher: string;
}

const url = new URL('../bench/mpi.mjs', import.meta.url).href;
const { AS_ROOT, listLaunchers, rankOptions } = (await import(url)) as {
  AS_ROOT: Record<string, string>;
  listLaunchers(): Mpi[];
  rankOptions(mpi: Mpi, ranks: number): string[];
};

/** Those that are installed. */
export const findMpis = (): Mpi[] => listLaunchers();

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
    mpi: Mpi,
    ranks: number,
    installed: Package,
    argv: readonly string[],
    env: Record<string, string> = {},
  ) {
    const pids = mkdtempSync(join(tmpdir(), 'tx-pids-'));
    const node = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(TELL_PID)}`];
    super(
      spawn(mpi.launcher, [...rankOptions(mpi, ranks), ...node, installed.script, ...argv], {
        env: { ...plainEnv, ...AS_ROOT, TX_TEST_PIDS: pids, ...env },
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
