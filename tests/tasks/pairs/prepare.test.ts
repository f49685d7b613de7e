import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_CHARACTERS } from '../../../src/data/length-filter.ts';
import { Toy, trainToy } from '../../train/toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

/** A split of these pairs. */
function split(name: string, pairs: readonly (readonly [string, string])[]) {
  const side = (at: 0 | 1, lang: string) => [
    toy.write(`${name}.${lang}`, pairs.map((pair) => `${pair[at]}\n`).join('')),
  ];
  return { kind: 'parallel', src: side(0, 'en'), tgt: side(1, 'de') };
}

const short = ['Identifier expected.', 'Bezeichner erwartet.'] as const;
const long = ['Identifier expected. '.repeat(20).trim(), short[1]] as const;

test('held-out lines that are cut, and those without a part in the loss, are told with their count', async () => {
  const data = {
    ...toy.data,
    valid: split('valid-long', [short, long, short, [short[0], long[0]]]),
    test: split('test-long', [short, long, long]),
  };
  const { warnings } = await trainToy(toy.config({ data, training: { maxSteps: 1 } }), toy.folder());
  expect(warnings).toEqual([
    'validation loss: kept 2 of 4 pairs; dropped 2 (2 too long)',
    'data.valid: 1 of 4 source lines have more than the 39 tokens that model.maxLength allows; they are cut and scored so',
    'data.test: 2 of 3 source lines have more than the 39 tokens that model.maxLength allows; they are cut and scored so',
  ]);
});

test('a line of very many characters is too long, and no vocabulary is learned from it', async () => {
  const endless = 'q'.repeat(MAX_CHARACTERS + 1);
  const pairs = toy.data.train;
  const extra = split('endless', [[endless, short[1]], short, [short[0], endless]]);
  const data = {
    ...toy.data,
    train: { ...pairs, src: [...pairs.src, ...extra.src], tgt: [...pairs.tgt, ...extra.tgt] },
  };
  const { notes } = await trainToy(toy.config({ data, training: { maxSteps: 1 } }), toy.folder());
  expect(notes).toContain('training text: kept 177 of 179 pairs; dropped 2 (2 too long)');
});
