// How a process joins the others that a launcher has started with it.
import { cpus, hostname } from 'node:os';
import { UserError } from '../../util/errors.ts';
import { packageVersion } from '../../util/package.ts';
import { gather } from '../group.ts';
import { onnxruntimeVersion } from '../version.ts';
import type { Environment, Launcher } from './launcher.ts';
import { loadMpi } from './library.ts';
import { MpiGroup } from './mpi-group.ts';

export interface Joined {
  group: MpiGroup;
  /** A line about the ranks, for people. */
  about: string;
  /** What is unlike among them but does no harm; undefined where nothing is. */
  doubt: string | undefined;
}

/** What must be the same at every rank, so that the same numbers come of the same sums. */
interface Peer {
  tx: string;
  onnxruntime: string;
  node: string;
  architecture: string;
  mpi: string;
}

/** The group of the launcher's processes. A UserError where MPI is missing, or not the launcher's, or ranks are unlike. */
export async function joinGroup(launcher: Launcher, env: Environment, limitMs: number): Promise<Joined> {
  const mpi = await loadMpi(launcher, env);
  mpi.init();
  const group = new MpiGroup(mpi, limitMs);
  if (group.size !== launcher.size) {
    throw new UserError(
      `${launcher.name} has started ${launcher.size} processes, but ${mpi.name} sees ${group.size}: take the mpirun of \
that library, with Slurm srun --mpi=pmix or --mpi=pmi2, or set TX_MPI_LIBRARY to the launcher's library`,
    );
  }
  const peer: Peer = {
    tx: packageVersion(),
    onnxruntime: onnxruntimeVersion(),
    node: process.version,
    architecture: `${process.platform} ${process.arch}`,
    mpi: mpi.name,
  };
  const own = { peer, host: hostname(), processor: cpus()[0]?.model ?? 'unknown' };
  const all = (await gather(group, JSON.stringify(own))).map((text) => JSON.parse(text) as typeof own);
  group.hosts = all.map(({ host }) => host);
  const [first] = all as [typeof own];
  for (const [rank, { peer }] of all.entries()) {
    const key = (Object.keys(peer) as (keyof Peer)[]).find((name) => peer[name] !== first.peer[name]);
    if (key === undefined) continue;
    throw new UserError(
      `${group.nameOf(rank)} has ${key} ${peer[key]}, ${group.nameOf(0)} ${first.peer[key]}: all ranks need the same`,
    );
  }
  const hosts = new Set(group.hosts).size;
  const processors = new Set(all.map(({ processor }) => processor));
  return {
    group,
    about: `${group.size} ranks on ${hosts} ${hosts === 1 ? 'machine' : 'machines'} by ${mpi.name}`,
    doubt:
      processors.size === 1
        ? undefined
        : `the ranks run on unlike processors (${[...processors].join(', ')}): all wait for the slowest, and the last \
digits are those of the same ranks on the same processors alone`,
  };
}
