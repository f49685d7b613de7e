// Waiting for other ranks, over a library that is none.
import { expect, it } from 'vitest';
import type { MpiLibrary, Request } from '../../../src/runtime/mpi/library.ts';
import { MpiGroup } from '../../../src/runtime/mpi/mpi-group.ts';

class Fake implements MpiLibrary {
  readonly name = 'fake';
  readonly #rank: number;
  readonly #size: number;
  /** Tests after which an operation ends. */
  readonly #tests: number;
  /** Ranks that have told that they wait. */
  readonly #waiting: readonly number[];
  tested = 0;
  readonly calls: string[] = [];

  constructor(rank: number, size: number, tests: number, waiting: readonly number[] = []) {
    this.#rank = rank;
    this.#size = size;
    this.#tests = tests;
    this.#waiting = waiting;
  }

  init = () => {};
  finalize = () => void this.calls.push('finalize');
  rank = () => this.#rank;
  size = () => this.#size;
  sum = () => this.#begin('sum');
  broadcast = () => this.#begin('broadcast');
  exchange = () => this.#begin('exchange');
  collect = () => this.#begin('collect');
  barrier = () => this.#begin('barrier');
  test = () => ++this.tested >= this.#tests;
  tell = (tag: number) => void this.calls.push(`tell ${tag}`);
  hasTold = (rank: number, tag: number) => tag === 1 && this.#waiting.includes(rank);
  abort = (code: number) => void this.calls.push(`abort ${code}`);

  #begin(what: string): Request {
    this.calls.push(what);
    this.tested = 0;
    return { handle: new Uint8Array(8), buffers: [] };
  }
}

const values = Float32Array.of(1);

it('tests until the operation has ended, with turns of the event loop between', async () => {
  const mpi = new Fake(0, 2, 1000);
  const group = new MpiGroup(mpi, 1e6);
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await group.sum(values);
  clearImmediate(timer);
  expect(mpi.tested).toBe(1000);
  expect(turns).toBeGreaterThan(4);
  await group.leave();
  expect(mpi.calls).toEqual(['sum', 'barrier', 'finalize']);
});

it('rank 0 names the ranks that have not told that they wait as it does', async () => {
  const group = new MpiGroup(new Fake(0, 4, Infinity, [1, 3]), 20);
  group.hosts = ['a', 'b', 'c', 'd'];
  group.watch();
  await expect(group.sum(values)).rejects.toThrow(
    /^rank 2 \(c\): not heard of for 0.000333 minutes, so the job is ended; --resume goes on/,
  );
});

it('another rank tells that it waits, and in the end names rank 0', async () => {
  const mpi = new Fake(2, 4, Infinity);
  const group = new MpiGroup(mpi, 20);
  group.watch();
  await expect(group.barrier()).rejects.toThrow(/^rank 0: not heard of/);
  expect(mpi.calls).toEqual(['barrier', 'tell 1']);
});

it('before it is to watch, it waits as long as it takes', async () => {
  const group = new MpiGroup(new Fake(1, 2, 3000), 0);
  await group.sum(values);
  group.watch();
  await expect(group.sum(values)).rejects.toThrow(/^rank 0: not heard of/);
});
