// What several machines bring, computed: each makes a batch in so many milliseconds, then the gradients are summed by
// ring all-reduce (Patarasuk and Yuan 2009), in which each of N machines sends 2 (N − 1) messages of a share 1/N:
//   t = 2 (N − 1) · (bytes / (N · bandwidth) + latency)
// The sum is not hidden behind computing, as training here does it. Other traffic and slower machines are left out.
import type { Reduction } from './gradients.ts';

export interface ScaleOptions {
  /** So many gradients. */
  parameters: number;
  reduction: Reduction;
  /** Of a machine for a batch, and target tokens in it. */
  msPerBatch: number;
  tokensPerBatch: number;
  /** Batches of each machine in an update. */
  batches: number;
  machines: readonly number[];
  /** Of each machine's link, in both directions at once, in Gbit/s. */
  bandwidths: readonly number[];
  /** Of a message, in microseconds. */
  latency: number;
}

/** Of an update on so many machines. */
export interface ScaleRow {
  machines: number;
  tokensPerUpdate: number;
  /** By bandwidth, in the order of the options. */
  networks: {
    gbitPerSecond: number;
    /** Of the sum, and of the whole update. */
    msOfSum: number;
    msPerUpdate: number;
    tokensPerSecond: number;
    /** How many times as fast as one machine that makes as large updates by itself. */
    speedup: number;
    /** The share of the time in which machines compute. */
    efficiency: number;
  }[];
}

/** Of a gradient; as bf16 they are exchanged and collected, which takes as many messages as a ring. */
export const BYTES: Readonly<Record<Reduction, number>> = { float32: 4, bf16: 2 };

/** Milliseconds of a ring all-reduce. */
export function ringMs(bytes: number, machines: number, gbitPerSecond: number, latency: number): number {
  const bytesPerMs = (gbitPerSecond * 1e9) / 8 / 1000;
  return 2 * (machines - 1) * (bytes / machines / bytesPerMs + latency / 1000);
}

/** A row for each number of machines. */
export function computeScale(options: ScaleOptions): ScaleRow[] {
  const { parameters, msPerBatch, tokensPerBatch, batches, machines, bandwidths, latency, reduction } =
    options;
  const compute = batches * msPerBatch;
  return machines.map((count) => {
    const tokensPerUpdate = count * batches * tokensPerBatch;
    const networks = bandwidths.map((gbitPerSecond) => {
      const msOfSum = ringMs(BYTES[reduction] * parameters, count, gbitPerSecond, latency);
      const msPerUpdate = compute + msOfSum;
      const efficiency = compute / msPerUpdate;
      const tokensPerSecond = (1000 * tokensPerUpdate) / msPerUpdate;
      return {
        gbitPerSecond,
        msOfSum,
        msPerUpdate,
        tokensPerSecond,
        speedup: count * efficiency,
        efficiency,
      };
    });
    return { machines: count, tokensPerUpdate, networks };
  });
}
