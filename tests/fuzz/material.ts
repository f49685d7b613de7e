// What trials start from: a tiny corpus, its config, and a run trained on it for two updates.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tx } from '../commands/run.ts';
import { toyTreebank } from '../tasks/toy-treebank.ts';

export const EN = [
  'The house is old.',
  'A small house.',
  'The cat sleeps.',
  'It is a cat.',
  'Is it old?',
  'No.',
];
export const DE = [
  'Das Haus ist alt.',
  'Ein kleines Haus.',
  'Die Katze schläft.',
  'Es ist eine Katze.',
  'Ist es alt?',
  'Nein.',
];
export const lines = (text: readonly string[]): string => text.map((line) => `${line}\n`).join('');

/** A config for the folder of a trial; one update of a model that takes no time. */
export const CONFIG = `threads: 1
data:
  srcLang: en
  tgtLang: de
  train: { kind: parallel, src: "{}/train.en", tgt: "{}/train.de" }
  valid: { kind: parallel, src: "{}/train.en", tgt: "{}/train.de" }
  batchTokens: 64
tokenizers: { shared: { type: bpe, size: 40 } }
model: { numEncoderLayers: 1, numDecoderLayers: 1, dModel: 8, dFf: 8, numHeads: 2, maxLength: 40, dropout: 0 }
training: { maxSteps: 2, scoreEvery: 0, selectBy: loss, average: 0, logSteps: 1 }
optimizer: { type: adam }
schedule: { type: constant, learningRate: 0.01 }
decode: { beamSize: 2, maxExtraLength: 2 }
evaluation: { samples: 0 }
`;
export const CORPUS = { 'train.en': lines(EN), 'train.de': lines(DE) };

/** The same for parsing. */
export const PARSING_CONFIG = CONFIG.replaceAll(/\{ kind: .* \}/g, '{ kind: trees, files: "{}/trees.mrg" }')
  .replace(/ {2}srcLang.*\n {2}tgtLang.*\n/, '')
  .replace(/tokenizers: .*/, 'tokenizers: { src: { type: word, size: 60 }, tgt: { type: word, size: 60 } }')
  .replace('model: {', 'model: { tie: two,')
  .replace('threads: 1', 'task: parsing\nthreads: 1');

const ONE_STACK = (text: string) =>
  text
    .replace('numEncoderLayers: 1, numDecoderLayers: 1', 'numLayers: 1')
    .replace('shared: {', 'text: {')
    .replace(/evaluation: .*\n/, '')
    .replace(/ {2}srcLang.*\n {2}tgtLang.*\n/, '')
    .replace('scoreEvery: 0, selectBy: loss, ', 'selectBy: loss, ');

/** A language model over documents. */
export const LM_CONFIG = ONE_STACK(CONFIG)
  .replaceAll(/\{ kind: .* \}/g, '{ kind: documents, files: "{}/train.en" }')
  .replace('batchTokens: 64', 'batchTokens: 64\n  contextLength: 16')
  .replace(/decode: .*/, 'decode: { maxTokens: 4 }')
  .replace('threads: 1', 'task: lm\nthreads: 1');

/** Pre-training on the sentences of documents. */
export const BERT_CONFIG = LM_CONFIG.replace('task: lm', 'task: bert')
  .replace('type: bpe', 'type: wordpiece')
  .replace('numLayers: 1', 'numLayers: 1, segments: 2, pooler: true')
  .replace(/decode: .*\n/, '');

/** A classifier of the rows of a table. */
export const CLASSIFICATION_CONFIG = ONE_STACK(CONFIG)
  .replaceAll(/\{ kind: .* \}/g, '{ kind: table, files: "{}/table.csv", text: text, label: label }')
  .replace(/decode: .*\n/, '')
  .replace('threads: 1', 'task: classification\nthreads: 1');
export const TABLE = `text,label\n${[...EN, ...DE].map((line, i) => `"${line}",${i < EN.length ? 'en' : 'de'}\n`).join('')}`;

/** The same of scores, of several classes, and of tagged words. */
export const REGRESSION_CONFIG = CLASSIFICATION_CONFIG.replace('classification', 'regression').replaceAll(
  'label: label',
  'score: label',
);
export const SETS_CONFIG = CLASSIFICATION_CONFIG.replaceAll(
  'table.csv", text: text, label: label',
  'table.jsonl", text: text, labels: label',
);
export const TAGGING_CONFIG = ONE_STACK(CONFIG)
  .replaceAll(/\{ kind: .* \}/g, '{ kind: conll, files: "{}/tags.txt" }')
  .replace(/decode: .*\n/, '')
  .replace('threads: 1', 'task: tagging\nthreads: 1');
export const SCORES = TABLE.replaceAll(',en\n', ',1.5\n').replaceAll(',de\n', ',-2\n');
export const SETS = [...EN, ...DE]
  .map((text, i) => `${JSON.stringify({ text, label: i % 3 === 0 ? ['a', 'b'] : i % 3 === 1 ? 'b' : [] })}\n`)
  .join('');
export const TAGS = EN.map((line) => {
  const words = line.split(' ').map((word) => `${word}\t${word === word.toLowerCase() ? 'O' : 'B-UP'}\n`);
  return `${words.join('')}\n`;
}).join('');

export const TREES = toyTreebank.slice(0, 6).join('\n');

/** A folder with a corpus, its config and a trained run in `run`; the config says where it was made. */
export async function trainFixture(
  config = CONFIG,
  corpus: Readonly<Record<string, string>> = CORPUS,
): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'tx-fuzz-fixture-'));
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(corpus)) writeFileSync(join(dir, name), text);
  writeFileSync(join(dir, 'config.yaml'), config.replaceAll('{}', dir));
  const { code, stderr } = await tx(['train', join(dir, 'config.yaml'), '--run', join(dir, 'run'), '-q']);
  if (code !== 0) throw new Error(stderr);
  return dir;
}

export const removeFixture = (dir: string): void => rmSync(dir, { recursive: true, force: true });
