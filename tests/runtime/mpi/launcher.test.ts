import { expect, it } from 'vitest';
import { detectLauncher, type Environment, withoutLauncher } from '../../../src/runtime/mpi/launcher.ts';

const found: [string, Environment, object | undefined][] = [
  ['none', { HOME: '/root' }, undefined],
  [
    'Open MPI',
    { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '4' },
    { name: "Open MPI's mpirun", rank: 1, size: 4, prefers: 'Open MPI' },
  ],
  ['MPICH', { PMI_RANK: '3', PMI_SIZE: '4' }, { rank: 3, size: 4, prefers: 'MPICH' }],
  ['srun', { SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '2' }, { name: 'srun', rank: 0, size: 2 }],
  [
    'Open MPI under Slurm',
    { SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '1', OMPI_COMM_WORLD_RANK: '2', OMPI_COMM_WORLD_SIZE: '3' },
    { rank: 2, size: 3 },
  ],
  ['a batch script of Slurm', { SLURM_PROCID: '0', SLURM_NTASKS: '4' }, undefined],
  ['what is no number', { PMI_RANK: 'a', PMI_SIZE: '4' }, undefined],
  ['a rank that is none', { PMI_RANK: '4', PMI_SIZE: '4' }, undefined],
];

it.each(found)('%s', (_, env, launcher) => {
  if (launcher === undefined) expect(detectLauncher(env)).toBeUndefined();
  else expect(detectLauncher(env)).toMatchObject(launcher);
});

it('a process that is no rank sees nothing of it, and all else', () => {
  for (const [, env] of found) {
    const without = withoutLauncher({ ...env, PATH: '/bin', SLURM_JOB_ID: '7' });
    expect(detectLauncher(without)).toBeUndefined();
    expect(without).toMatchObject({ PATH: '/bin', SLURM_JOB_ID: '7' });
  }
});
