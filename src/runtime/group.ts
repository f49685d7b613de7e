// Processes that train together, each a rank of the group: what they add up and tell one another. A process alone is a
// group too, for which all of this is nothing, so that training has one path. Every rank must come to the same calls in
// the same order. How processes find one another is the matter of mpi/.
import { deserialize, serialize } from 'node:v8';

export interface Group {
  /** From 0 on. */
  readonly rank: number;
  readonly size: number;
  /** The sums over all ranks, in place; every rank gets the same bits. */
  sum(values: Float32Array | Float64Array): Promise<void>;
  /** The values of rank 0, in place. */
  broadcast(values: Uint8Array | Float32Array): Promise<void>;
  /** Waits until all ranks are here. */
  barrier(): Promise<void>;
  /** From now on a rank that keeps the others waiting for too long ends the job. */
  watch(): void;
  /** Others by their numbers, with where they are: `rank 2 (node-7)`. */
  nameOf(rank: number): string;
}

/** A process alone. */
export const ALONE: Group = {
  rank: 0,
  size: 1,
  sum: async () => {},
  broadcast: async () => {},
  barrier: async () => {},
  watch: () => {},
  nameOf: (rank) => `rank ${rank}`,
};

/** Whether something is so at any rank. */
export async function isAny({ size, sum }: Group, value: boolean): Promise<boolean> {
  if (size === 1) return value;
  const count = Float64Array.of(value ? 1 : 0);
  await sum(count);
  return count[0]! > 0;
}

/** What rank 0 computes, at every rank; it must be data, as structured clones are. */
export async function atFirst<T>(group: Group, compute: () => T | Promise<T>): Promise<T> {
  if (group.size === 1) return await compute();
  const own = group.rank === 0 ? { value: await compute() } : undefined;
  const bytes = own === undefined ? new Uint8Array(0) : new Uint8Array(serialize(own.value));
  const length = Float64Array.of(bytes.length);
  await group.sum(length);
  const all = new Uint8Array(new ArrayBuffer(length[0]!));
  all.set(bytes);
  await group.broadcast(all);
  return own === undefined ? (deserialize(all) as T) : own.value;
}

/** The texts of all ranks, by rank. */
export async function gather({ rank, size, sum }: Group, text: string): Promise<string[]> {
  if (size === 1) return [text];
  const bytes = new TextEncoder().encode(text);
  const lengths = new Float64Array(size);
  lengths[rank] = bytes.length;
  await sum(lengths);
  // A row for each rank, as long as the longest text; in the rows of others a rank has zeros.
  const width = Math.max(...lengths);
  const all = new Float32Array(size * width);
  all.set(bytes, rank * width);
  await sum(all);
  const row = (r: number) => Uint8Array.from(all.subarray(r * width, r * width + lengths[r]!));
  return Array.from({ length: size }, (_, r) => new TextDecoder().decode(row(r)));
}
