// Translation: parallel lines, preprocessing steps of each language, BLEU.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { withBatchLimit } from '../data/config.ts';
import { builtinSchema, readBuiltin } from '../data/sources/builtin.ts';
import { parallelSchema, readParallel } from '../data/sources/parallel.ts';
import { type ColumnStream, collectColumns, type ParallelText } from '../data/sources/source.ts';
import { readTables, tableSchema } from '../data/sources/table.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { type BleuOptions, bleuOptions, buildBleu } from '../metrics/bleu.ts';
import { chooseTokenizer, doubtTokenizer } from '../metrics/language.ts';
import { tokenizerNames } from '../metrics/tokenizers.ts';
import { buildPreprocessor, preprocessSchema } from '../tokenizers/preprocess.ts';
import { trainingSections } from '../train/config.ts';
import { UserError } from '../util/errors.ts';
import { pairData, pairSections, samples } from './pairs/config.ts';
import { type Codec, collectSplit, type PairText, type SplitText, sides } from './pairs/pair-text.ts';
import { pairGenerator, readPairs } from './pairs/system.ts';
import type { Task } from './task.ts';
import { checkTokenizers, completeTokenizers, entryOf, tokenizersSchema } from './tokenizers.ts';

/** As for any BLEU, but that the tokenizer follows the target language where it is not given. */
const bleuSchema = bleuOptions.extend({ tokenize: z.enum(tokenizerNames).optional() });

const splitSchema = z.discriminatedUnion('kind', [
  parallelSchema,
  tableSchema(['src', 'tgt']),
  builtinSchema,
]);

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('translation').default('translation'),
      ...trainingSections,
      data: withBatchLimit(
        z.strictObject({
          srcLang: z.string().min(1),
          tgtLang: z.string().min(1),
          train: splitSchema,
          valid: splitSchema,
          test: splitSchema.optional(),
          ...pairData,
        }),
      ),
      preprocess: z.strictObject({ src: preprocessSchema, tgt: preprocessSchema }).prefault({}),
      tokenizers: tokenizersSchema.prefault({ shared: { type: 'bpe' } }),
      ...pairSections(),
      evaluation: z
        .strictObject({
          /** Text that is compared: as people write it, or after the preprocessing steps. */
          text: z.enum(['raw', 'preprocessed']).default('raw'),
          bleu: bleuSchema.optional(),
          samples,
        })
        .prefault({}),
    })
    .superRefine(({ model, tokenizers }, context) => {
      const refuse = refusing(context);
      checkTokenizers(tokenizers, sides, sides, refuse);
      const isShared = entryOf(tokenizers, 'src') === entryOf(tokenizers, 'tgt');
      if ('tie' in model && model.tie === 'three' && !isShared) {
        refuse(['model', 'tie'], 'tying all three embeddings needs one tokenizer for both sides, shared');
      }
    })
    .transform(({ tokenizers, ...config }) => {
      const { srcLang: src, tgtLang: tgt } = config.data;
      return { ...config, tokenizers: completeTokenizers(tokenizers, { src, tgt }) };
    });
export type TranslationConfig = z.output<ReturnType<typeof buildSchema>>;

export const translation: Task<TranslationConfig> = {
  describe: 'Translation: from lines of one language to lines of another',
  command: 'tx translate',
  schema: buildSchema,
  identity: ({ preprocess, model }) => ({ preprocess, model }),
  generator: (config, pieces) => pairGenerator(config, pieces),
  read: (config, observer, storage) => {
    const { tokenize, doubt } = bleuFor(config);
    if (tokenize !== '13a') observer.note(`BLEU is computed with the tokenizer ${tokenize}`);
    if (doubt !== undefined) observer.warn(doubt);
    return readPairs(config, buildTranslationText(config), observer, storage);
  },
};

/** BLEU's settings in a config, the tokenizer chosen by the target language where it is not given. */
export function bleuFor({
  data,
  evaluation,
}: Pick<TranslationConfig, 'data' | 'evaluation'>): Partial<BleuOptions> & {
  tokenize: BleuOptions['tokenize'];
  doubt?: string | undefined;
} {
  const { tokenize, ...others } = evaluation.bleu ?? {};
  return { ...others, ...(tokenize === undefined ? chooseTokenizer(data.tgtLang) : { tokenize }) };
}

/** The preprocessing steps of both languages. */
export function buildPreprocessors({ preprocess, data }: Pick<TranslationConfig, 'preprocess' | 'data'>) {
  return {
    src: buildPreprocessor(preprocess.src, data.srcLang),
    tgt: buildPreprocessor(preprocess.tgt, data.tgtLang),
  };
}

/** A split as its files have it. A UserError where the config has none of that name. */
export async function readSplit(
  config: Pick<TranslationConfig, 'data'>,
  name: SplitName,
): Promise<ParallelText> {
  return collectColumns(openSplit(config, name), sides);
}

function openSplit({ data }: Pick<TranslationConfig, 'data'>, name: SplitName): ColumnStream<'src' | 'tgt'> {
  const { srcLang, tgtLang, [name]: split } = data;
  if (split === undefined) throw new UserError(`the config has no data.${name}`);
  switch (split.kind) {
    case 'parallel':
      return readParallel(split);
    case 'table':
      return readTables(split.files, { src: split.src, tgt: split.tgt });
    case 'builtin':
      return readBuiltin(srcLang, tgtLang, name);
  }
}

export function buildTranslationText(config: TranslationConfig): PairText {
  const { src, tgt } = buildPreprocessors(config);
  const { text: compared } = config.evaluation;
  const { doubt: _, ...bleu } = bleuFor(config);
  const buildMetric = () => buildBleu(bleu);
  async function* open(name: SplitName): AsyncGenerator<SplitText> {
    for await (const raw of openSplit(config, name)) {
      const text = {
        src: raw.src.map((line) => src.apply(line)),
        tgt: raw.tgt.map((line) => tgt.apply(line)),
      };
      yield { raw, text };
    }
  }
  return {
    metric: 'BLEU',
    form: { preprocess: config.preprocess, srcLang: config.data.srcLang, tgtLang: config.data.tgtLang },
    open,
    read: (name) => collectSplit(open(name)),
    prepare: (line) => src.apply(line),
    prepareTarget: (line) => tgt.apply(line),
    isPrepared: (line) => src.apply(src.undo(line)) === line,
    present: (output) => ({ text: tgt.undo(output) }),
    beside: { src: [], tgt: [] },
    codec: ({ src: source, tgt: target }): Codec => ({
      encodeSource: (line) => source.encode(line),
      encodePair: (s, t, sampling) => ({
        src: source.encode(s, sampling?.src),
        tgt: target.encode(t, sampling?.tgt),
      }),
      decode: (ids) => target.decode(ids),
    }),
    constraint: () => undefined,
    scoring: () => {
      const order = `ngrams:${bleu.maxNgramOrder ?? 4}`;
      return [buildMetric().signature(1), order, `text:${compared}`].join('|');
    },
    doubts: (references) => {
      const doubt = compared === 'raw' ? doubtTokenizer(bleu.tokenize, references) : undefined;
      return doubt === undefined ? [] : [`${doubt}; set evaluation.bleu.tokenize to zh or char`];
    },
    judge: (outputs, { raw, text }) => {
      const hypotheses = compared === 'raw' ? outputs.map((line) => tgt.undo(line)) : [...outputs];
      const references = compared === 'raw' ? raw.tgt : text.tgt;
      const metric = buildMetric();
      return {
        score: metric.score(hypotheses, [references]),
        signature: metric.signature(1),
        hypotheses,
        references,
      };
    },
  };
}
