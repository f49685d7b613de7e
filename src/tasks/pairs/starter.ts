// A first config for a corpus: settings by its size, each with the reason beside it. Nothing here is tuned; the small
// and the medium settings have been seen to learn (README.md, Your own data).
import { relative, sep } from 'node:path';
import type { ParallelText } from '../../data/sources/source.ts';
import { formatCount } from '../../util/format.ts';

/** Two files whose lines belong together. */
export interface FilePair {
  src: string;
  tgt: string;
}

export interface StarterCorpus {
  srcLang: string;
  tgtLang: string;
  train: FilePair;
  valid: FilePair;
  test?: FilePair | undefined;
}

/** Settings for corpora of fewer pairs than `below`. */
interface Size {
  below: number;
  name: string;
  layers: number;
  dModel: number;
  dFf: number;
  heads: number;
  dropout: number;
  vocabulary: number;
  batchTokens: number;
  learningRate: number;
  /** Updates to make, as far as `epochs` allows. */
  updates: number;
  epochs: number;
}

const SIZES: readonly Size[] = [
  {
    below: 5_000,
    name: 'small',
    layers: 2,
    dModel: 128,
    dFf: 256,
    heads: 4,
    dropout: 0.3,
    vocabulary: 2_000,
    batchTokens: 1_024,
    learningRate: 0.003,
    updates: 2_500,
    epochs: 80,
  },
  {
    below: 50_000,
    name: 'medium',
    layers: 3,
    dModel: 128,
    dFf: 512,
    heads: 4,
    dropout: 0.2,
    vocabulary: 4_000,
    batchTokens: 2_048,
    learningRate: 0.003,
    updates: 8_000,
    epochs: 60,
  },
  {
    below: 500_000,
    name: 'large',
    layers: 4,
    dModel: 256,
    dFf: 1_024,
    heads: 4,
    dropout: 0.2,
    vocabulary: 8_000,
    batchTokens: 4_096,
    learningRate: 0.001,
    updates: 30_000,
    epochs: 40,
  },
  {
    below: Number.POSITIVE_INFINITY,
    name: 'very large',
    layers: 6,
    dModel: 512,
    dFf: 2_048,
    heads: 8,
    dropout: 0.1,
    vocabulary: 16_000,
    batchTokens: 8_192,
    learningRate: 0.0007,
    updates: 100_000,
    epochs: 20,
  },
];

/** The YAML of a config for training, in the folder `folder`, on text that has been read from its training files. */
export function writeStarter(corpus: StarterCorpus, text: ParallelText, folder: string): string {
  const count = text.src.length;
  const size = SIZES.find(({ below }) => count < below)!;
  const batches = Math.max(1, Math.round(countTokens(text) / size.batchTokens));
  const epochs = Math.max(1, Math.min(size.epochs, Math.ceil(size.updates / batches)));
  const updates = epochs * batches;
  const warmup = Math.max(1, Math.round(Number((updates / 8).toPrecision(1))));
  const scoreEvery = Math.max(1, Math.round(epochs / 8));
  const files = ({ src, tgt }: FilePair) =>
    `{ kind: parallel, src: ${toName(src, folder)}, tgt: ${toName(tgt, folder)} }`;
  const test =
    corpus.test === undefined
      ? '  # Without a test set no score is computed at the end.\n  # test: { kind: parallel, src: FILE, tgt: FILE }'
      : `  test: ${files(corpus.test)}`;
  return `# Translation from ${corpus.srcLang} to ${corpus.tgtLang}: ${formatCount(count)} pairs, a ${size.name} corpus. docs/config.md has every setting.
data:
  srcLang: ${JSON.stringify(corpus.srcLang)}
  tgtLang: ${JSON.stringify(corpus.tgtLang)}
  train: ${files(corpus.train)}
  # Watched during training; no sentence of it should be in the training text.
  valid: ${files(corpus.valid)}
${test}
  # Positions of either side of a batch. Fewer make more updates of an epoch, more need more memory.
  batchTokens: ${size.batchTokens}
# Byte-pair encoding of both languages together, trained on the training text.
tokenizers: { shared: { type: bpe, size: ${vocabularySize(text, size.vocabulary)} } }
# The larger the corpus, the larger a model it can fill; on a small one dropout keeps it from learning by heart.
model:
  numEncoderLayers: ${size.layers}
  numDecoderLayers: ${size.layers}
  dModel: ${size.dModel}
  dFf: ${size.dFf}
  numHeads: ${size.heads}
  dropout: ${size.dropout}
  norm: pre
# Some ${formatCount(batches)} updates an epoch, ${formatCount(updates)} in all; the validation set is translated every ${scoreEvery === 1 ? 'epoch' : `${scoreEvery} epochs`}.
training: { maxEpochs: ${epochs}, scoreEvery: ${scoreEvery}, average: 5 }
optimizer: { type: adam, betas: [0.9, 0.98], epsilon: 1.0e-9, clipNorm: 1 }
# The rate rises in warmupSteps updates, here an eighth of all, then falls. A warm-up as long as the training learns little.
schedule: { type: inverseSqrt, learningRate: ${size.learningRate}, warmupSteps: ${warmup} }
decode: { beamSize: 4 }
`;
}

/** Pieces on the longer side, roughly: seven for five words, or, where there are no spaces, one for three characters. */
function countTokens({ src, tgt }: ParallelText): number {
  const count = (lines: readonly string[]) => {
    let tokens = lines.length;
    for (const line of lines) tokens += Math.max(1.4 * (line.match(/\S+/g)?.length ?? 0), line.length / 6);
    return tokens;
  };
  return Math.max(count(src), count(tgt));
}

/** At most as many pieces as the text has words, each of which byte-pair encoding can make a piece, or its characters need. */
function vocabularySize({ src, tgt }: ParallelText, wanted: number): number {
  const words = new Set<string>();
  const characters = new Set<string>();
  for (const lines of [src, tgt]) {
    for (const line of lines) {
      for (const word of line.normalize('NFKC').match(/\S+/g) ?? []) {
        // Enough is known.
        if (words.size < 2 * wanted) words.add(word);
        for (const character of word) characters.add(character);
      }
    }
  }
  // The four special pieces and the mark of a word's start.
  const least = characters.size + 5;
  return Math.max(8, least, Math.min(wanted, least + Math.floor(words.size / 2)));
}

/** The path as the config has it: relative to its folder, with slashes, quoted. */
function toName(path: string, folder: string): string {
  return JSON.stringify(relative(folder, path).replaceAll(sep, '/'));
}
