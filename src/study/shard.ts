// The part of a study's runs that one of several processes takes: as it is told, or as what has started it says.
import { detectLauncher, type Environment } from '../runtime/mpi/launcher.ts';
import { UsageError } from '../util/errors.ts';

/** The part, from 1 on, of so many. */
export interface Shard {
  part: number;
  of: number;
}

/** `2/8`, or `auto`: by Slurm's job array, a launcher such as mpirun, or both. A UsageError where that is neither. */
export function parseShard(text: string, env: Environment): Shard {
  if (text === 'auto') return detectShard(env);
  const [, part, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text)?.map(Number) ?? [];
  if (part === undefined || of === undefined || part > of)
    throw new UsageError(`--shard ${text}: expected a part and their number, as in 2/8, or auto`);
  return { part, of };
}

/** Each task of an array may have several ranks of its own. */
function detectShard(env: Environment): Shard {
  const [array, launcher] = [shardOfArray(env), detectLauncher(env)];
  if (array === undefined && launcher === undefined) {
    throw new UsageError(
      '--shard auto: there is neither a job array of Slurm (SLURM_ARRAY_TASK_ID) nor a launcher such as mpirun or ' +
        'srun; give the part, as in --shard 2/8',
    );
  }
  const { part, of } = array ?? { part: 1, of: 1 };
  const { rank, size } = launcher ?? { rank: 0, size: 1 };
  return { part: (part - 1) * size + rank + 1, of: of * size };
}

/** The place of an array's task among them all; a UsageError where their numbers have gaps of several sizes. */
function shardOfArray(env: Environment): Shard | undefined {
  if (!env.SLURM_ARRAY_TASK_ID) return undefined;
  const read = (name: string, fallback?: number) => Number(env[`SLURM_ARRAY_TASK_${name}`] ?? fallback);
  const [id, first, last, of] = [read('ID'), read('MIN'), read('MAX'), read('COUNT')] as const;
  const part = 1 + (id - first) / read('STEP', 1);
  const isEven = Number.isSafeInteger(part) && part >= 1 && 1 + (last - first) / read('STEP', 1) === of;
  if (isEven && part <= of) return { part, of };
  throw new UsageError(
    `--shard auto: task ${env.SLURM_ARRAY_TASK_ID} of an array of ${env.SLURM_ARRAY_TASK_COUNT ?? 'unknown'} tasks: \
their numbers must be evenly spaced, as in --array=1-8`,
  );
}

/** Every `of`th from the part's own on. */
export const chooseShard = <T>(all: readonly T[], { part, of }: Shard): T[] =>
  all.filter((_, i) => i % of === part - 1);
