// The registry of tokenizers: what an entry of a config's `tokenizers:` section may be, how its file is made, and how
// it is used. To add one: its file and a row here.
import { z } from 'zod';
import { UserError } from '../util/errors.ts';
import { copyFile, fileExists, writeFileAtomic } from '../util/files.ts';
import { dropoutModes } from './bpe-encoder.ts';
import { BpeTrainer } from './bpe-trainer.ts';
import { LineSample } from './line-sample.ts';
import { NORMALIZATIONS, type Normalization } from './normalize.ts';
import { Vocabulary } from './sentencepiece.ts';
import { findOtherCut } from './sentencepiece-check.ts';
import { encodeModel, type SentencePieceModel } from './sentencepiece-model.ts';
import type { Tokenizer } from './tokenizer.ts';
import { WordTrainer } from './word-trainer.ts';

/** Pieces, special ones included. */
const size = z.int().min(8).default(8000);
/** Unicode form of text before it is cut; where it is left out, whoever knows the language chooses. */
const normalization = z.enum(NORMALIZATIONS).optional();
const sampling = {
  /** Chance of skipping a merge when training text is encoded, anew in each epoch. */
  dropout: z.number().min(0).lt(1).default(0),
  /** How long a skipped merge stays skipped. */
  dropoutMode: z.enum(dropoutModes).default('provilkov2020'),
};

const bpeSchema = z.strictObject({
  type: z.literal('bpe'),
  size,
  characterCoverage: z.number().gt(0).max(1).default(1),
  normalization,
  ...sampling,
});
const wordSchema = z.strictObject({ type: z.literal('word'), size, normalization });
/** A model of SentencePiece's, of any kind, with its own rules of normalization. */
const sentencepieceSchema = z.strictObject({
  type: z.literal('sentencepiece'),
  file: z.string().min(1),
  ...sampling,
});

/** Who hears of what goes on while a tokenizer is made. */
export interface Telling {
  onProgress(done: number, total: number): void;
  warn(message: string): void;
}

/** A tokenizer in the making: takes the lines that it is trained on. */
export interface TokenizerMaker {
  add(line: string): void;
  /** Writes the tokenizer's file; a UserError where the lines do not allow it. */
  finish(path: string, telling: Telling): Promise<void>;
}

interface TokenizerType<C> {
  schema: z.ZodType<C>;
  /** Settings that name files. */
  paths: readonly (keyof C & string)[];
  begin(config: C): TokenizerMaker;
  load(path: string, config: C): Tokenizer;
}

const defineType = <C>(type: TokenizerType<C>): TokenizerType<C> => type;

const DEFAULT_NORMALIZATION: Normalization = 'nfkc';

const bpe = defineType<z.output<typeof bpeSchema>>({
  schema: bpeSchema,
  paths: [],
  begin: ({ size: vocabSize, characterCoverage, normalization = DEFAULT_NORMALIZATION }) =>
    trainedMaker(new BpeTrainer({ vocabSize, characterCoverage, normalization }), normalization),
  load: (path, { normalization = DEFAULT_NORMALIZATION }) => Vocabulary.load(path, { normalization }),
});

const word = defineType<z.output<typeof wordSchema>>({
  schema: wordSchema,
  paths: [],
  begin: ({ size: vocabSize, normalization = DEFAULT_NORMALIZATION }) =>
    trainedMaker(new WordTrainer({ vocabSize, normalization }), normalization),
  load: (path, { normalization = DEFAULT_NORMALIZATION }) => Vocabulary.load(path, { normalization }),
});

const sentencepiece = defineType<z.output<typeof sentencepieceSchema>>({
  schema: sentencepieceSchema,
  paths: ['file'],
  begin: ({ file }) => ({
    add: () => {},
    finish: async (path) => {
      if (!fileExists(file)) throw new UserError(`${file}: no such SentencePiece model`);
      copyFile(file, path);
    },
  }),
  load: (path) => Vocabulary.load(path),
});

const types = { bpe, word, sentencepiece };

export const tokenizerSchema = z.discriminatedUnion('type', [bpeSchema, wordSchema, sentencepieceSchema]);
export type TokenizerConfig = z.output<typeof tokenizerSchema>;

const typeOf = ({ type }: TokenizerConfig) => types[type] as TokenizerType<TokenizerConfig>;

/** Begins to make the tokenizer that the config asks for. */
export const beginTokenizer = (config: TokenizerConfig): TokenizerMaker => typeOf(config).begin(config);

/** Writes the file of the tokenizer that the config asks for; a UserError where the text does not allow it. */
export async function makeTokenizer(
  path: string,
  config: TokenizerConfig,
  { lines, ...telling }: Telling & { lines: Iterable<string> },
): Promise<void> {
  const maker = beginTokenizer(config);
  for (const line of lines) maker.add(line);
  await maker.finish(path, telling);
}

/** The tokenizer in a file that a maker wrote. */
export const loadTokenizer = (path: string, config: TokenizerConfig): Tokenizer =>
  typeOf(config).load(path, config);

/** The settings of an entry that name files. */
export const pathsOfTokenizer = (config: TokenizerConfig): readonly string[] => typeOf(config).paths;

/** Whether the tokenizer is trained on the run's own text. */
export const isTrained = (config: TokenizerConfig): config is Exclude<TokenizerConfig, { file: string }> =>
  !('file' in config);

/** The chance of a random segmentation in training, and its kind. */
export function samplingOf(config: TokenizerConfig): {
  dropout: number;
  mode: (typeof dropoutModes)[number];
} {
  return 'dropout' in config
    ? { dropout: config.dropout, mode: config.dropoutMode }
    : { dropout: 0, mode: 'provilkov2020' };
}

/** The most lines on which a new model is held against SentencePiece itself. */
const CHECKED_LINES = 400;

interface Trainer {
  add(line: string): void;
  finish(onProgress: Telling['onProgress']): SentencePieceModel;
}

function trainedMaker(trainer: Trainer, normalization: Normalization): TokenizerMaker {
  const sample = new LineSample(CHECKED_LINES);
  return {
    add: (line) => {
      trainer.add(line);
      sample.add(line);
    },
    finish: async (path, { onProgress, warn }) => {
      writeFileAtomic(path, encodeModel(trainer.finish(onProgress)));
      const vocabulary = Vocabulary.load(path, { normalization });
      const other = await findOtherCut(path, sample.lines, vocabulary, normalization);
      if (other === undefined) return;
      warn(`${path}: SentencePiece cuts this line otherwise: ${JSON.stringify(other.slice(0, 200))}`);
    },
  };
}
