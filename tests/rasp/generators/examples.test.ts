import { describe, expect, it } from 'vitest';
import { ExampleSource } from '../../../src/rasp/generators/examples.ts';
import { buildGenerator, generatorSchema } from '../../../src/rasp/generators/index.ts';
import { UserError } from '../../../src/util/errors.ts';
import { Rng } from '../../../src/util/rng.ts';

const source = (config: Record<string, unknown>, lengths: [number, number]) =>
  new ExampleSource(buildGenerator(generatorSchema.parse(config)), lengths);

describe('examples to train on', () => {
  it('have lengths uniform over the range', () => {
    const sort = source({ generator: 'sort' }, [3, 7]);
    const rng = Rng.fromSeed(1);
    const counts = new Map<number, number>();
    for (let i = 0; i < 2000; i++) {
      const length = sort.train(rng).prompt.length - 1;
      counts.set(length, 1 + (counts.get(length) ?? 0));
    }
    expect([...counts.keys()].toSorted()).toEqual([3, 4, 5, 6, 7]);
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(100);
  });

  it('share no problem with tests of lengths that have a thousand; hints make no other problem', () => {
    for (const config of [
      { generator: 'copy' },
      { generator: 'parity', scratchpad: true },
      { generator: 'addition', hints: true, padded: true },
    ]) {
      const length = config.generator === 'parity' ? 10 : 3;
      const examples = source(config, [1, 12]);
      const { examples: tests, isDisjoint } = examples.test({ length, count: 400, seed: 5 });
      expect(isDisjoint).toBe(true);
      expect(tests).toHaveLength(400);
      const problems = new Set(tests.map(({ problem }) => problem));
      const rng = Rng.fromSeed(2);
      const drawn = Array.from({ length: 3000 }, () => examples.train(rng).problem);
      expect(drawn.filter((problem) => problems.has(problem))).toEqual([]);
      // About an eighth of all are kept.
      expect(problems.size).toBeGreaterThan(50);
    }
  });

  it('and it is said where they may', () => {
    const parity = source({ generator: 'parity' }, [1, 12]);
    const disjoint = (length: number) => parity.test({ length, count: 3, seed: 1 }).isDisjoint;
    expect([1, 9, 10, 12, 13].map(disjoint)).toEqual([false, false, true, true, true]);
    expect(source({ generator: 'count' }, [5, 30]).test({ length: 4, count: 3, seed: 1 }).isDisjoint).toBe(
      true,
    );
    expect(source({ generator: 'and' }, [20, 20]).test({ length: 20, count: 3, seed: 1 }).isDisjoint).toBe(
      false,
    );
  });
});

it('tests are the same for the same seed and length, and others for others', () => {
  const sort = source({ generator: 'sort' }, [1, 20]);
  const texts = (length: number, seed: number) =>
    sort.test({ length, count: 20, seed }).examples.map(({ problem }) => problem);
  expect(texts(10, 1)).toEqual(texts(10, 1));
  expect(texts(10, 1)).not.toEqual(texts(10, 2));
  expect(texts(40, 1)[0]!.split(' ')).toHaveLength(40);
});

it.each<[string, [number, number]]>([
  ['the generator has problems of lengths from 1 to 100, not of 101', [1, 101]],
  ['no lengths: from 0 to 3', [0, 3]],
  ['no lengths: from 4 to 3', [4, 3]],
])('refuses: %s', (message, lengths) => {
  expect(() => source({ generator: 'sort' }, lengths)).toThrow(UserError);
  expect(() => source({ generator: 'sort' }, lengths)).toThrow(message);
});

it('refuses a test of a length that the generator does not have', () => {
  expect(() => source({ generator: 'sort' }, [1, 9]).test({ length: 300, count: 1, seed: 1 })).toThrow(
    'not of 300',
  );
});
