import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Window, type WindowOptions, windows } from '../../src/util/windows.ts';

async function* groupsOf(...groups: string[][]): AsyncGenerator<string[]> {
  yield* groups;
}

async function collect(groups: AsyncIterable<string[]>, options: WindowOptions): Promise<Window[]> {
  const all: Window[] = [];
  for await (const window of windows(groups, options)) all.push(window);
  return all;
}

const shape = (all: readonly Window[]) => all.map(({ lines, first }) => [first, lines.join('')]);

describe('without pauses', () => {
  it.each<[string[][], number, (string | number)[][]]>([
    [[], 2, []],
    [[[]], 2, []],
    [[['a']], 2, [[0, 'a']]],
    [
      [['a'], ['b'], ['c']],
      2,
      [
        [0, 'ab'],
        [2, 'c'],
      ],
    ],
    [
      [['a', 'b', 'c', 'd', 'e']],
      2,
      [
        [0, 'ab'],
        [2, 'cd'],
        [4, 'e'],
      ],
    ],
    [[['a', 'b', 'c'], ['d']], 4, [[0, 'abcd']]],
  ])('%j in windows of %i', async (groups, size, expected) => {
    expect(shape(await collect(groupsOf(...groups), { size }))).toEqual(expected);
  });

  it('the last of several is known where it is not full', async () => {
    const all = await collect(groupsOf(['a', 'b'], ['c']), { size: 2 });
    expect(all.map(({ isLast }) => isLast)).toEqual([false, true]);
  });

  it('an error comes after the lines before it', async () => {
    const groups = async function* () {
      yield ['a', 'b', 'c'];
      throw new RangeError('no more');
    };
    const seen: string[] = [];
    const read = async () => {
      for await (const { lines, isLast } of windows(groups(), { size: 2 }))
        seen.push(`${lines.join('')} ${isLast}`);
    };
    await expect(read()).rejects.toThrow(RangeError);
    expect(seen).toEqual(['ab false', 'c false']);
  });

  it('an interrupt ends them, also while more is waited for', async () => {
    const controller = new AbortController();
    const groups = async function* () {
      yield ['a', 'b'];
      await new Promise((_resolve, reject) => {
        controller.signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    };
    const seen: string[][] = [];
    for await (const { lines } of windows(groups(), { size: 1, signal: controller.signal })) {
      seen.push(lines);
      if (seen.length === 2) setImmediate(() => controller.abort());
    }
    expect(seen).toEqual([['a'], ['b']]);
    const stopped: string[][] = [];
    const signal = AbortSignal.abort();
    for await (const { lines } of windows(groupsOf(['a']), { size: 1, signal })) stopped.push(lines);
    expect(stopped).toEqual([]);
  });
});

describe('with pauses', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('what is there is given where nothing more comes in time, and nothing is lost', async () => {
    const groups = async function* () {
      for (const [wait, line] of [
        [0, 'a'],
        [10, 'b'],
        [30, 'c'],
        [1000, 'd'],
        [10, 'e'],
      ] as const) {
        await new Promise((resolve) => setTimeout(resolve, wait));
        yield [line];
      }
    };
    const all = collect(groups(), { size: 9, patience: 20 });
    await vi.runAllTimersAsync();
    expect(shape(await all)).toEqual([
      [0, 'ab'],
      [2, 'c'],
      [3, 'de'],
    ]);
  });
});
