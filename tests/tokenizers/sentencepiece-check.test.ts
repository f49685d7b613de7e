// What tx trains and cuts, SentencePiece cuts alike; another model is told apart.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { trainBpe } from '../../src/tokenizers/bpe-trainer.ts';
import { Vocabulary } from '../../src/tokenizers/sentencepiece.ts';
import { findOtherCut } from '../../src/tokenizers/sentencepiece-check.ts';
import { encodeModel } from '../../src/tokenizers/sentencepiece-model.ts';
import { trainWords } from '../../src/tokenizers/word-trainer.ts';

const dir = mkdtempSync(join(tmpdir(), 'tx-check-'));
afterAll(() => rmSync(dir, { recursive: true }));

const lines = readFileSync(join(import.meta.dirname, '..', 'corpus', 'toy.de'), 'utf8')
  .trimEnd()
  .split('\n');

const put = (name: string, model: Parameters<typeof encodeModel>[0]): string => {
  const path = join(dir, name);
  writeFileSync(path, encodeModel(model));
  return path;
};

it('finds nothing in BPE and word models that were trained here', async () => {
  const bpe = put('bpe.model', trainBpe(lines, { vocabSize: 120, normalization: 'nfkc' }));
  const cut = (path: string, normalization: 'nfkc' | 'identity') =>
    findOtherCut(path, lines, Vocabulary.load(path, { normalization }), normalization);
  expect(await cut(bpe, 'nfkc')).toBeUndefined();
  expect(await cut(put('word.model', trainWords(lines, { vocabSize: 60 })), 'identity')).toBeUndefined();
});

it('finds the line that is cut otherwise', async () => {
  const path = put('other.model', trainBpe(lines, { vocabSize: 120 }));
  const vocabulary = Vocabulary.load(path);
  const strange = lines[7]!;
  const encode = (line: string) => (line === strange ? [1] : vocabulary.encode(line));
  expect(await findOtherCut(path, lines, { encode }, 'identity')).toBe(strange);
});
