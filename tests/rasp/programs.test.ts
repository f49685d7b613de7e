// The programs that come with tx, against their generators: every problem that is short, and any that are long.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../src/rasp/answers.ts';
import { additionExample } from '../../src/rasp/generators/addition.ts';
import { andExample, majorityExample } from '../../src/rasp/generators/bits.ts';
import { copyExample, sortExample } from '../../src/rasp/generators/copy.ts';
import { countExample } from '../../src/rasp/generators/count.ts';
import type { Example } from '../../src/rasp/generators/generator.ts';
import { buildGenerator, readGeneratorConfig } from '../../src/rasp/generators/index.ts';
import { modeExample } from '../../src/rasp/generators/mode.ts';
import { parityScratchpad } from '../../src/rasp/generators/parity.ts';
import { compile, type Program } from '../../src/rasp/program.ts';
import { rollOut } from '../../src/rasp/run.ts';
import { packageRoot } from '../../src/util/package.ts';
import { Rng } from '../../src/util/rng.ts';

const folder = join(packageRoot, 'programs');
const load = (name: string) => compile(readFileSync(join(folder, `${name}.rasp`), 'utf8'), name);

function answer(program: Program, { prompt }: Example): string {
  const { alphabet } = program;
  const { added } = rollOut(program, alphabet.encode(prompt), 1000);
  return added.map((code) => alphabet.decode(code)).join(' ');
}

/** All sequences of a length of numbers below `of`. */
function* sequences(length: number, of: number): Generator<number[]> {
  if (length === 0) yield [];
  else
    for (const rest of sequences(length - 1, of)) for (let last = 0; last < of; last++) yield [...rest, last];
}
const upTo = (most: number, of: number) =>
  Array.from({ length: most }, (_, i) => [...sequences(i + 1, of)]).flat();
const different = (numbers: readonly number[]) => new Set(numbers).size === numbers.length;
const hasMode = (numbers: readonly number[]) => {
  const counts = [...new Set(numbers)].map((one) => numbers.filter((other) => other === one).length);
  return counts.filter((count) => count === Math.max(...counts)).length === 1;
};

const additions = (order: 'forward' | 'reverse') => {
  const numbers = [...upTo(2, 10)].filter(([first, second]) => second === undefined || first !== 0);
  const format = { order, hints: true, padded: true };
  return numbers.flatMap((a, i) => numbers.map((b) => additionExample(a, b, format, i % 5)));
};

const SHORT: Record<string, () => Example[]> = {
  count: () => [...sequences(2, 30)].filter(([a, b]) => a! <= b!).map(([a, b]) => countExample(a!, b!)),
  mode: () =>
    upTo(6, 4)
      .filter(hasMode)
      .map((numbers) => modeExample(numbers, 'none')),
  'binary-mode': () => upTo(10, 2).map(majorityExample),
  majority: () => upTo(10, 2).map(majorityExample),
  and: () => upTo(10, 2).map(andExample),
  copy: () => upTo(5, 6).filter(different).map(copyExample),
  sort: () => upTo(5, 6).filter(different).map(sortExample),
  parity: () => upTo(9, 2).map((bits, i) => parityScratchpad(bits, i % 7)),
  'addition-forward': () => additions('forward'),
  'addition-reverse': () => additions('reverse'),
};
const LONG: Record<string, Record<string, unknown>> = {
  count: { numbers: 400 },
  copy: { numbers: 400 },
  sort: { numbers: 400 },
  parity: { hintTokens: 400 },
  'addition-forward': { hintTokens: 400, carries: 'balanced' },
  'addition-reverse': { hintTokens: 400, carries: 'balanced' },
};

const names = readdirSync(folder).map((file) => file.replace('.rasp', ''));

it('each program is tried', () => {
  expect(names.toSorted()).toEqual(Object.keys(SHORT).toSorted());
});

describe.each(names)('%s', (name) => {
  const program = load(name);

  it('solves all short problems', () => {
    const examples = SHORT[name]!();
    expect(examples.length).toBeGreaterThan(150);
    expect(examples.find((example) => !checkAnswer(program, example).isRight)).toBeUndefined();
  }, 300_000);

  it('solves long ones', () => {
    const { generator, options } = program.solves!;
    const config = readGeneratorConfig(generator, { ...options, ...LONG[name] });
    const built = buildGenerator(config);
    const rng = Rng.fromSeed(1);
    for (const length of [30, 97, 200, 200, 256]) {
      const example = built.draw(length, rng);
      expect(answer(program, example)).toBe(example.answer.join(' '));
    }
  });
});
