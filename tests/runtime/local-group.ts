// Ranks in this process, for what needs no MPI to be tested: each operation ends when all have come to it.
import type { Group } from '../../src/runtime/group.ts';

type Values = Uint8Array | Uint16Array | Float32Array | Float64Array;

/** What a rank that is given up does to the others: their operations fail too. */
export class LocalGroups {
  readonly groups: readonly Group[];
  #waiting: {
    kind: string;
    values: Values;
    received: Values;
    resolve: () => void;
    reject: (error: Error) => void;
  }[] = [];
  #failure: Error | undefined;
  /** Operations so far, by their kinds. */
  readonly done: string[] = [];

  constructor(size: number) {
    this.groups = Array.from({ length: size }, (_, rank) => ({
      rank,
      size,
      sum: (values: Values) => this.#meet(size, rank, 'sum', values),
      broadcast: (values: Values) => this.#meet(size, rank, 'broadcast', values),
      exchange: (values: Values, received: Values) => this.#meet(size, rank, 'exchange', values, received),
      collect: (values: Values) => this.#meet(size, rank, 'collect', values),
      barrier: () => this.#meet(size, rank, 'barrier', new Uint8Array(0)),
      watch: () => {},
      nameOf: (other: number) => `rank ${other}`,
    }));
  }

  /** Runs all ranks to their ends; where one fails, so do all. */
  run<T>(work: (group: Group) => Promise<T>): Promise<T[]> {
    const failing = (error: Error): never => {
      this.#failure ??= error;
      for (const { reject } of this.#waiting.filter(Boolean)) reject(error);
      throw error;
    };
    return Promise.all(this.groups.map((group) => work(group).catch(failing)));
  }

  #meet(size: number, rank: number, kind: string, values: Values, received = values): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting[rank] = { kind, values, received, resolve, reject };
      const all = this.#waiting.filter(Boolean);
      if (all.length < size) return;
      this.#waiting = [];
      this.done.push(kind);
      const shape = (one: (typeof all)[number]) => `${one.kind} of ${one.values.length}`;
      const odd = all.find((one) => shape(one) !== shape(all[0]!));
      if (odd) return all.forEach((one) => void one.reject(new Error(`${shape(all[0]!)}, ${shape(odd)}`)));
      if (kind === 'sum') addUp(all.map((one) => one.values));
      if (kind === 'broadcast') for (const one of all) one.values.set(all[0]!.values);
      if (kind === 'exchange') exchange(all);
      if (kind === 'collect') collect(all.map((one) => one.values));
      for (const one of all) one.resolve();
    });
  }
}

function addUp(all: readonly Values[]): void {
  const total = all[0]!.slice();
  for (const values of all.slice(1)) for (const [i, value] of values.entries()) total[i]! += value;
  for (const values of all) values.set(total);
}

/** Part k of each to rank k. */
function exchange(all: readonly { values: Values; received: Values }[]): void {
  const width = all[0]!.values.length / all.length;
  for (const [k, { received }] of all.entries())
    for (const [r, { values }] of all.entries())
      received.set(values.subarray(k * width, (k + 1) * width), r * width);
}

/** The part of each, to all. */
function collect(all: readonly Values[]): void {
  const width = all[0]!.length / all.length;
  const parts = all.map((values, r) => values.slice(r * width, (r + 1) * width));
  for (const values of all) for (const [r, part] of parts.entries()) values.set(part, r * width);
}
