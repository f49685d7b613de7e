import { expect, it } from 'vitest';
import type { Environment } from '../../src/runtime/mpi/launcher.ts';
import { chooseShard, parseShard } from '../../src/study/shard.ts';

const array = (id: number, min: number, max: number, count: number, step = 1): Environment => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_COUNT: String(count),
  SLURM_ARRAY_TASK_STEP: String(step),
});
const mpirun = (rank: number, size: number): Environment => ({
  OMPI_COMM_WORLD_RANK: String(rank),
  OMPI_COMM_WORLD_SIZE: String(size),
});

it.each<[string, string, Environment, string]>([
  ['as it is told', '2/8', array(1, 1, 3, 3), '2/8'],
  ['a job array from 1 on', 'auto', array(3, 1, 8, 8), '3/8'],
  ['a job array from 0 on', 'auto', array(0, 0, 7, 8), '1/8'],
  ['a job array in steps', 'auto', array(30, 10, 50, 5, 10), '3/5'],
  ['a launcher', 'auto', mpirun(3, 4), '4/4'],
  ['an array whose tasks are of several ranks', 'auto', { ...array(2, 1, 3, 3), ...mpirun(1, 2) }, '4/6'],
])('%s', (_, text, env, shard) => {
  const { part, of } = parseShard(text, env);
  expect(`${part}/${of}`).toBe(shard);
});

it.each<[string, Environment, RegExp]>([
  ['3/2', {}, /^--shard 3\/2: expected a part and their number, as in 2\/8, or auto$/],
  ['', {}, /^--shard : expected/],
  ['auto', { SLURM_JOB_ID: '1' }, /^--shard auto: there is neither a job array of Slurm/],
  [
    'auto',
    array(7, 1, 7, 3),
    /^--shard auto: task 7 of an array of 3 tasks: their numbers must be evenly spaced/,
  ],
  ['auto', { SLURM_ARRAY_TASK_ID: '1' }, /task 1 of an array of unknown tasks/],
])('%s is refused: %j', (text, env, message) => {
  expect(() => parseShard(text, env)).toThrow(message);
});

it('all parts together are all runs, each once', () => {
  const all = Array.from({ length: 10 }, (_, i) => i);
  const parts = [1, 2, 3, 4].map((part) => chooseShard(all, { part, of: 4 }));
  expect(parts.flat().sort((a, b) => a - b)).toEqual(all);
  expect(parts[1]).toEqual([1, 5, 9]);
});
