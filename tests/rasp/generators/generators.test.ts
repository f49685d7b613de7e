import { describe, expect, it } from 'vitest';
import { additionExample } from '../../../src/rasp/generators/addition.ts';
import { majorityExample } from '../../../src/rasp/generators/bits.ts';
import type { Example, Generator } from '../../../src/rasp/generators/generator.ts';
import { buildGenerator, generatorNames, generatorSchema } from '../../../src/rasp/generators/index.ts';
import { modeExample } from '../../../src/rasp/generators/mode.ts';
import { parityExample, parityScratchpad } from '../../../src/rasp/generators/parity.ts';
import { Rng } from '../../../src/util/rng.ts';

const build = (config: Record<string, unknown>): Generator => buildGenerator(generatorSchema.parse(config));
const draw = (config: Record<string, unknown>, length: number, count = 200, seed = 1): Example[] => {
  const generator = build(config);
  const rng = Rng.fromSeed(seed);
  return Array.from({ length: count }, () => generator.draw(length, rng));
};
const text = ({ prompt, answer }: Example): string => [...prompt, '>', ...answer].join(' ');
const numbers = (tokens: readonly string[]) => tokens.filter((token) => /^\d+$/.test(token)).map(Number);

const CONFIGS: Record<string, unknown>[] = [
  { generator: 'count' },
  { generator: 'mode' },
  { generator: 'mode', scratchpad: 'count' },
  { generator: 'mode', scratchpad: 'order', numbers: 9 },
  { generator: 'copy' },
  { generator: 'copy', symbols: 'repeat' },
  { generator: 'sort' },
  { generator: 'parity' },
  { generator: 'parity', scratchpad: true },
  { generator: 'and' },
  { generator: 'and', constantBits: 5 },
  { generator: 'majority' },
  ...['forward', 'reverse'].flatMap((order) =>
    [false, true].flatMap((hints) =>
      [false, true].flatMap((padded) =>
        ['standard', 'balanced'].map((carries) => ({ generator: 'addition', order, hints, padded, carries })),
      ),
    ),
  ),
];

it('each generator is tried', () => {
  expect([...new Set(CONFIGS.map(({ generator }) => generator))].toSorted()).toEqual(
    generatorNames.toSorted(),
  );
});

describe.each(CONFIGS)('%j', (config) => {
  const generator = build(config);

  it('gives the same for the same seed, and other problems for another', () => {
    const drawn = (seed: number) => JSON.stringify(draw(config, 20, 200, seed));
    expect(drawn(1)).toBe(drawn(1));
    expect(drawn(1)).not.toBe(drawn(2));
  });

  it('has tokens of its vocabulary, which grows at its end with the length', () => {
    for (const length of [1, 2, 7, 30]) {
      const vocabulary = generator.vocabulary(30);
      expect(new Set(vocabulary).size).toBe(vocabulary.length);
      const tokens = draw(config, length, 100).flatMap(({ prompt, answer }) => [...prompt, ...answer]);
      expect(tokens.filter((token) => !vocabulary.includes(token))).toEqual([]);
      const smaller = generator.vocabulary(7);
      expect(vocabulary.slice(0, smaller.length)).toEqual(smaller);
    }
  });

  it('has no problem that is much likelier than its bound says', () => {
    for (const length of [1, 2, 3]) {
      const counts = new Map<string, number>();
      for (const { problem } of draw(config, length, 1500))
        counts.set(problem, 1 + (counts.get(problem) ?? 0));
      const most = Math.max(...counts.values());
      const expected = 1500 / generator.problems(length);
      expect(most, `length ${length}`).toBeLessThan(expected + 5 * Math.sqrt(expected) + 5);
    }
  });
});

describe('answers', () => {
  it.each<[string, Example]>([
    [
      'h0 0 h1 8 h2 8 + h0 0 h1 1 h2 7 = > h0 1 h1 0 h2 5 $',
      additionExample([8, 8], [1, 7], { order: 'forward', hints: true, padded: true }),
    ],
    [
      'h3 0 h4 8 + h3 0 h4 1 = > h4 9 h3 0 $',
      additionExample([8], [1], { order: 'reverse', hints: true, padded: true }, 3),
    ],
    [
      'h2 8 + h1 1 h2 7 = > h1 2 h2 5 $',
      additionExample([8], [1, 7], { order: 'forward', hints: true, padded: false }),
    ],
    ['9 9 + 1 = > 1 0 0 $', additionExample([9, 9], [1], { order: 'forward', hints: false, padded: false })],
    ['9 9 + 1 = > 0 0 1 $', additionExample([9, 9], [1], { order: 'reverse', hints: false, padded: false })],
    ['0 0 + 0 0 = > 0 0 $', additionExample([0], [0], { order: 'reverse', hints: false, padded: true })],
    ['3 1 3 2 = > 3', modeExample([3, 1, 3, 2], 'none')],
    ['3 1 3 2 3 2 = > x1 1 x2 2 x3 3 3 $', modeExample([3, 1, 3, 2, 3, 2], 'count')],
    ['3 1 3 2 3 2 = > 3 x3 1 x1 2 x2 3 $', modeExample([3, 1, 3, 2, 3, 2], 'order')],
    ['1 0 1 = > 0', parityExample([1, 0, 1])],
    ['h4 1 h5 0 h6 1 = > 0 h4 1 h6 0 $', parityScratchpad([1, 0, 1], 4)],
    ['h0 0 = > 0 $', parityScratchpad([0])],
    ['1 0 = > 0', majorityExample([1, 0])],
    ['1 0 1 = > 1', majorityExample([1, 0, 1])],
  ])('%s', (expected, example) => {
    expect(text(example)).toBe(expected);
  });

  it('are sums, whatever the form', () => {
    for (const config of CONFIGS.filter(({ generator }) => generator === 'addition')) {
      const width = (config.hints ? 2 : 1) * (config.padded ? 13 : 12);
      const wrong = draw(config, 12, 60).filter(({ prompt, answer }) => {
        const value = (tokens: readonly string[]) => BigInt(numbers(tokens).join(''));
        const plus = prompt.indexOf('+');
        const digits = config.order === 'reverse' ? [...answer].reverse() : answer;
        const isSum = value(digits) === value(prompt.slice(0, plus)) + value(prompt.slice(plus));
        const longer = Math.max(plus, prompt.length - plus - 2);
        return !(isSum && answer.at(-1) === '$' && longer === width);
      });
      expect(wrong.map(text)).toEqual([]);
    }
  });

  it('are what is asked of numbers', () => {
    for (const { prompt, answer } of draw({ generator: 'sort' }, 40, 20)) {
      expect(numbers(answer)).toEqual(numbers(prompt).toSorted((a, b) => a - b));
      expect(new Set(numbers(prompt)).size).toBe(40);
    }
    for (const { prompt, answer } of draw({ generator: 'copy', symbols: 'repeat' }, 40, 20)) {
      expect(numbers(answer)).toEqual(numbers(prompt));
      expect(Math.max(...numbers(prompt))).toBe(1);
    }
    for (const { prompt, answer } of draw({ generator: 'count', numbers: 50 }, 40, 20)) {
      const [first, last] = numbers(prompt) as [number, number];
      expect(numbers(answer)).toEqual(Array.from({ length: 40 }, (_, i) => first + i));
      expect(last).toBe(first + 39);
    }
  });
});

describe('draws', () => {
  it('of mode have one most frequent number of at most five', () => {
    for (const length of [1, 2, 3, 4, 5, 10, 40]) {
      const wrong = draw({ generator: 'mode' }, length).filter(({ prompt, answer }) => {
        const given = numbers(prompt);
        const countOf = (one: number) => given.filter((other) => other === one).length;
        const counts = [...new Set(given)].map(countOf);
        const most = Math.max(...counts);
        const isOnly = counts.filter((count) => count === most).length === 1;
        return !(counts.length <= 5 && isOnly && countOf(Number(answer[0])) === most);
      });
      expect(wrong.map(text)).toEqual([]);
    }
  });

  it('of balanced carries have a chain of any length; standard ones seldom have a long one', () => {
    const chains = (carries: string) =>
      draw({ generator: 'addition', carries }, 10, 600).map(({ problem }) => {
        const [a, b] = problem.split('+').map((digits) => [...digits].reverse().map(Number)) as [
          number[],
          number[],
        ];
        let [carry, chain, longest] = [0, 0, 0];
        for (let i = 0; i < 10; i++) {
          const sum = (a[i] ?? 0) + (b[i] ?? 0);
          // A chain is one carry that is passed on; one that is made anew begins another.
          chain = sum > 9 ? 1 : sum === 9 && carry ? chain + 1 : 0;
          carry = sum + carry > 9 ? 1 : 0;
          longest = Math.max(longest, chain);
        }
        return longest;
      });
    const share = (carries: string) => chains(carries).filter((chain) => chain >= 4).length / 600;
    expect(share('standard')).toBeLessThan(0.02);
    expect(share('balanced')).toBeGreaterThan(0.15);
  });

  it('of hints begin with any that leaves enough', () => {
    const first = draw({ generator: 'parity', scratchpad: true, hintTokens: 12 }, 10, 100).map(
      ({ prompt }) => prompt[0],
    );
    expect([...new Set(first)].toSorted()).toEqual(['h0', 'h1', 'h2']);
    expect(build({ generator: 'parity', scratchpad: true, hintTokens: 12 }).maxLength).toBe(12);
    expect(build({ generator: 'addition', hints: true, hintTokens: 12 }).maxLength).toBe(11);
    expect(
      draw({ generator: 'addition', hints: true, padded: true, hintTokens: 12 }, 11, 5).map(
        ({ prompt }) => prompt[0],
      ),
    ).toEqual(Array(5).fill('h0'));
  });
});
