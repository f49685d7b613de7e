// What has started this process as one of several: it says so in the environment.
//   Open MPI's mpirun          OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE
//   MPICH's, srun --mpi=pmi2   PMI_RANK, PMI_SIZE
//   srun otherwise             SLURM_PROCID, SLURM_STEP_NUM_TASKS; a batch script, which is no step, has the former alone
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Launcher {
  name: string;
  rank: number;
  size: number;
  /** The implementation of MPI to look for first. */
  prefers: 'Open MPI' | 'MPICH';
}

const launchers = [
  ["Open MPI's mpirun", 'OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE', 'Open MPI'],
  ['a PMI launcher', 'PMI_RANK', 'PMI_SIZE', 'MPICH'],
  ['srun', 'SLURM_PROCID', 'SLURM_STEP_NUM_TASKS', 'Open MPI'],
] as const;

/** The launcher of this process; undefined where it was started alone. */
export function detectLauncher(env: Environment): Launcher | undefined {
  for (const [name, rankName, sizeName, prefers] of launchers) {
    const [rank, size] = [env[rankName], env[sizeName]].map(parseCount);
    if (rank !== undefined && size !== undefined && rank < size) return { name, rank, size, prefers };
  }
  return undefined;
}

const parseCount = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;

/** The environment for a process that is no rank of the launcher's job. */
export function withoutLauncher(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(OMPI_|PMI_|PMIX_|MPI_LOCAL|SLURM_PROCID$)/.test(name)),
  );
}
