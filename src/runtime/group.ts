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
  /** Part k of `values`, of as many equal parts as there are ranks, goes to rank k; `received` gets those of all, by rank. */
  exchange(values: Uint16Array, received: Uint16Array): Promise<void>;
  /** Of as many equal parts as there are ranks, each rank's own goes to all of them, in place. */
  collect(values: Uint8Array | Uint16Array): Promise<void>;
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
  exchange: async (values, received) => received.set(values),
  collect: async () => {},
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
export async function gather(group: Group, text: string): Promise<string[]> {
  if (group.size === 1) return [text];
  const all = await gatherBytes(group, new TextEncoder().encode(text));
  return all.map((bytes) => new TextDecoder().decode(bytes));
}

/** Of work that the ranks share, in pieces that are the same whoever does them, those of this rank: every size-th. */
export const shareOf = <T>({ rank, size }: Pick<Group, 'rank' | 'size'>, pieces: readonly T[]): T[] =>
  pieces.filter((_, k) => k % size === rank);

/**
 * Rows of which each rank has its own and holes for the others: all of them, at every rank. They must be data, as
 * structured clones are.
 */
export async function mergeRows<T>(group: Group, own: readonly T[]): Promise<T[]> {
  if (group.size === 1) return [...own];
  const all = await gatherBytes(group, serialize(own));
  const rows = new Array<T>(own.length);
  for (const bytes of all) {
    // Holes are passed over.
    (deserialize(bytes) as T[]).forEach((row, i) => {
      rows[i] = row;
    });
  }
  return rows;
}

/** What all ranks have, by rank. */
async function gatherBytes({ rank, size, sum, collect }: Group, own: Uint8Array): Promise<Uint8Array[]> {
  const lengths = new Float64Array(size);
  lengths[rank] = own.length;
  await sum(lengths);
  // A row for each rank, as long as the longest.
  const width = Math.max(...lengths);
  const all = new Uint8Array(new ArrayBuffer(size * width));
  all.set(own, rank * width);
  await collect(all);
  return Array.from({ length: size }, (_, r) => all.subarray(r * width, r * width + lengths[r]!));
}
