// The registry of tokenizers: what an entry of a config's `tokenizers:` section may be, how its file is made, and how
// it is used. To add one: its file and a row here.
import { z } from 'zod';
import { UserError } from '../util/errors.ts';
import { copyFile, fileExists, isFolder, writeFileAtomic } from '../util/files.ts';
import { readBytes } from '../util/text.ts';
import { dropoutModes } from './bpe-encoder.ts';
import { BpeTrainer } from './bpe-trainer.ts';
import { bertRules } from './huggingface/bert-characters.ts';
import { readGiven } from './huggingface/files.ts';
import { HuggingFaceTokenizer } from './huggingface/tokenizer.ts';
import { checkTokenizerFile } from './huggingface/tokenizer-json.ts';
import { LineSample } from './line-sample.ts';
import { NORMALIZATIONS, type Normalization } from './normalize.ts';
import { Vocabulary } from './sentencepiece.ts';
import { findOtherCut } from './sentencepiece-check.ts';
import { encodeModel, type SentencePieceModel } from './sentencepiece-model.ts';
import type { Tokenizer } from './tokenizer.ts';
import { WordTrainer } from './word-trainer.ts';
import { WordPieceTrainer } from './wordpiece-trainer.ts';

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
/** BERT's pieces: the longest that a word begins with, then the longest that goes on. */
const wordpieceSchema = z.strictObject({
  type: z.literal('wordpiece'),
  size,
  lowercase: z.boolean().default(true),
  /** Follows the lower-casing where it is left out. */
  stripAccents: z.boolean().optional(),
  characterCoverage: z.number().gt(0).max(1).default(1),
  /** How often a piece of several characters occurs at least in what it is trained on. */
  minFrequency: z.int().min(1).default(2),
});
/** A tokenizer of a model for Hugging Face's transformers: WordPiece or byte-level BPE. */
const huggingfaceSchema = z.strictObject({
  type: z.literal('huggingface'),
  /** tokenizer.json, vocab.txt, vocab.json with merges.txt beside it, or a folder that has them. */
  file: z.string().min(1),
  /** What a vocab.txt does not say. */
  lowercase: z.boolean().optional(),
  stripAccents: z.boolean().optional(),
  rules: z.enum(bertRules).optional(),
});
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

const wordpiece = defineType<z.output<typeof wordpieceSchema>>({
  schema: wordpieceSchema,
  paths: [],
  begin: ({ size: vocabSize, type: _, ...options }) => {
    const trainer = new WordPieceTrainer({ vocabSize, ...options });
    return {
      add: (line) => trainer.add(line),
      finish: async (path, { onProgress }) => writeFileAtomic(path, formatJson(trainer.finish(onProgress))),
    };
  },
  load: (path) => loadHuggingFace(path),
});

const huggingface = defineType<z.output<typeof huggingfaceSchema>>({
  schema: huggingfaceSchema,
  paths: ['file'],
  begin: ({ file, type: _, ...settings }) => ({
    add: () => {},
    finish: async (path) => {
      const content = readGiven(file, settings);
      // What is not known here is refused before it is anyone's tokenizer.
      new HuggingFaceTokenizer(checkTokenizerFile(content, file), file);
      writeFileAtomic(path, formatJson(content));
    },
  }),
  load: (path) => loadHuggingFace(path),
});

const types = { bpe, word, wordpiece, sentencepiece, huggingface };

export const tokenizerSchema = z.discriminatedUnion('type', [
  bpeSchema,
  wordSchema,
  wordpieceSchema,
  sentencepieceSchema,
  huggingfaceSchema,
]);
export type TokenizerConfig = z.output<typeof tokenizerSchema>;

/** Types that are trained on text, by name. */
export const trainedTypes = tokenizerSchema.options.flatMap(({ shape }) =>
  'file' in shape ? [] : [shape.type.value],
);

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

/** Whether a file is a SentencePiece model: a message that begins with its pieces, field 1, whose length follows. */
export const isSentencePieceFile = (path: string): boolean => !isFolder(path) && readBytes(path)[0] === 0x0a;

/**
 * The tokenizer in a file or a folder of any kind, whoever made it; `normalization` is what comes before a SentencePiece
 * model's own.
 */
export const openTokenizer = (path: string, normalization: Normalization = 'identity'): Tokenizer =>
  isSentencePieceFile(path) ? Vocabulary.load(path, { normalization }) : loadHuggingFace(path);

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

const formatJson = (content: unknown): string => `${JSON.stringify(content)}\n`;

/** The tokenizer in Hugging Face's format at the path, in a file or a folder. */
const loadHuggingFace = (path: string): Tokenizer =>
  new HuggingFaceTokenizer(checkTokenizerFile(readGiven(path), path), path);

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
