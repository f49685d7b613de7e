import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunFolder } from '../../../src/run/run-folder.ts';
import { openRun } from '../../../src/tasks/open-run.ts';
import {
  type TextForm,
  TextTranslator,
  type TranslatorSettings,
} from '../../../src/tasks/pairs/text-translator.ts';
import { buildTranslationText, type TranslationConfig } from '../../../src/tasks/translation.ts';
import { Toy, trainToy } from '../../train/toy.ts';

let toy: Toy;
let folder: RunFolder;
const LINES = ['The picture is red.', '', 'The girl buys the book.'];

beforeAll(async () => {
  toy = new Toy();
  folder = toy.folder();
  const preprocess = { src: ['moses', 'lowercase'], tgt: ['moses', 'lowercase'] } as const;
  const training = { maxEpochs: undefined, maxSteps: 30, validateSteps: 15, average: 2 };
  // Without a tokenizer for both languages.
  const entry = { type: 'bpe', size: 70 };
  const tokenizers = { src: entry, tgt: entry };
  const config = toy.config({
    training,
    tokenizers,
    model: { tie: 'none' },
    preprocess: structuredClone(preprocess) as never,
  });
  await trainToy(config, folder);
});
afterAll(() => toy.remove());

function load(settings: TranslatorSettings) {
  const run = openRun<TranslationConfig>(folder, 'translation');
  return TextTranslator.load(run, buildTranslationText(run.config), settings);
}

async function translate(options: TranslatorSettings, input: TextForm, lines = LINES, output = input) {
  const translator = await load({ threads: 1, ...options });
  const result = await translator.translate(lines, { input, output });
  await translator.release();
  return { result, weights: translator.weights };
}

it('takes text as people write it, or preprocessed', async () => {
  const { result, weights } = await translate({}, 'raw');
  expect(['averaged', 'best']).toContain(weights);
  expect(result).toHaveLength(3);
  expect(result[1]).toEqual([{ text: '', score: 0 }]);
  const { result: preprocessed } = await translate({}, 'preprocessed', [
    'the picture is red .',
    '',
    'the girl buys the book .',
  ]);
  expect(preprocessed.map(([best]) => best!.score)).toEqual(result.map(([best]) => best!.score));
});

it('takes the last state, or a checkpoint of another place by its file', async () => {
  const named = await translate({ checkpoint: 'step-15' }, 'raw');
  const file = await translate({ checkpoint: folder.checkpoint('step-15') }, 'raw');
  expect(file).toEqual(named);
  expect((await translate({ checkpoint: 'last' }, 'raw')).weights).toBe('last');
  await expect(load({ checkpoint: '/none.safetensors' })).rejects.toThrow('no checkpoint /none.safetensors');
});

it("overrides the run's search, and takes another parameter file", async () => {
  const [whole, best] = [await translate({}, 'raw'), await translate({ checkpoint: 'step-15' }, 'raw')];
  expect(best.weights).toBe('step-15');
  expect(best.result).not.toEqual(whole.result);
  const { result } = await translate({ decode: { beamSize: 3, nBest: 3 } }, 'raw');
  expect(result.map((hypotheses) => hypotheses.length)).toEqual([3, 1, 3]);
  await expect(load({ decode: { nBest: 9 } })).rejects.toThrow('nBest');
});
