// What the ranks of a group have in common while they train: each takes its share of an update's batches, then sums
// are taken over all of them, and all make the same update. A process alone does the same with nothing to add.
import { createHash } from 'node:crypto';
import { atFirst, type Group, gather } from '../runtime/group.ts';
import { UsageError, UserError } from '../util/errors.ts';
import type { Reduction } from './gradients.ts';
import type { Totals } from './means.ts';
import type { Parameters } from './parameters.ts';

/** A UsageError where an update has no batch for each rank. */
export function requireShares(accumulate: number, { size }: Group): void {
  if (accumulate >= size) return;
  throw new UsageError(
    `training.accumulate: ${size} ranks cannot share an update of ${accumulate} ${accumulate === 1 ? 'batch' : 'batches'}; \
give --set training.accumulate=${size}, or a multiple of it`,
  );
}

/** A line where ranks wait in each update, since others have a batch more. */
export function doubtShares(accumulate: number, { size }: Group): string | undefined {
  if (accumulate % size === 0) return undefined;
  const idle = 1 - accumulate / (size * Math.ceil(accumulate / size));
  return `training.accumulate: ${accumulate} batches are no multiple of ${size} ranks, which wait ${Math.round(100 * idle)}% of their time`;
}

/** A line where gradients are sent to nobody. */
export function doubtReduction(
  { reduction = 'float32' }: { reduction?: Reduction | undefined },
  { size }: Group,
): string | undefined {
  if (size > 1 || reduction === 'float32') return undefined;
  return `training.reduction: ${reduction} is for gradients that ranks send each other; one process sends none`;
}

/** Sums totals over the ranks; `names` are those of all. */
export async function sumTotals(
  { size, sum }: Group,
  totals: Totals,
  names: readonly string[],
): Promise<void> {
  if (size === 1) return;
  const values = Float64Array.from(names, (name) => totals[name] ?? 0);
  await sum(values);
  for (const [i, name] of names.entries()) totals[name] = values[i]!;
}

/** Updates between two such checks, which also come before validations. */
export const CHECKED_STEPS = 100;

/** A UserError that names the ranks whose parameters are not bit for bit those of rank 0. */
export async function requireAlike(group: Group, { flat }: Parameters, step: number): Promise<void> {
  if (group.size === 1) return;
  const sums = await gather(group, createHash('sha256').update(flat).digest('hex'));
  const others = sums.flatMap((sum, rank) => (sum === sums[0] ? [] : [group.nameOf(rank)]));
  if (others.length === 0) return;
  throw new UserError(
    `after update ${step} the parameters of ${others.join(', ')} are not those of ${group.nameOf(0)}: a fault of \
memory, disk or network; --resume goes on from what was stored before`,
  );
}

/** A UserError where ranks have read other data than rank 0: `record` has its checksums by what they are of. */
export async function requireSame(group: Group, record: Readonly<Record<string, unknown>>): Promise<void> {
  const first = await atFirst(group, () => JSON.stringify(record));
  const records = await gather(group, first === JSON.stringify(record) ? '' : Object.keys(record).join());
  const rank = records.findIndex((names) => names !== '');
  if (rank < 0) return;
  throw new UserError(
    `${group.nameOf(rank)} has read other data than ${group.nameOf(0)}: all ranks need the same corpora under the same names`,
  );
}
