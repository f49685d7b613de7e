// The config of parsing by spans: an encoder reads the words, a chart has the tree of the best spans.
import { z } from 'zod';
import { refusing } from '../../config/refuse.ts';
import { buildAlphabet } from '../../data/characters.ts';
import { batchSettings, withBatchLimit } from '../../data/config.ts';
import { treebankData } from '../../data/sources/trees.ts';
import { wordPoolings } from '../../data/tree-words.ts';
import { modelSchema } from '../../models/index.ts';
import type { WordOptions } from '../../objectives/tree-words.ts';
import { trainingSections } from '../../train/config.ts';
import { evalbSchema } from '../../trees/evalb-parameters.ts';
import { normalizeSchema } from '../../trees/normalize.ts';
import { side } from '../labelled/config.ts';
import { samples } from '../pairs/config.ts';
import { checkTokenizers, completeTokenizers, tokenizersSchema } from '../tokenizers.ts';
import { treeLosses } from './decoder.ts';
import { treeDecoderNames } from './decoders.ts';
import type { Known } from './known.ts';

export const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('parsing'),
      ...trainingSections,
      data: withBatchLimit(
        z.strictObject({
          ...treebankData,
          ...batchSettings,
        }),
      ),
      parsing: z
        .strictObject({
          /** Steps from the treebank's trees to those that are learned and compared. */
          normalize: normalizeSchema,
        })
        .prefault({}),
      tokenizers: tokenizersSchema.prefault({ [side]: { type: 'bpe' } }),
      model: modelSchema('encoder'),
      /** How the tree is found of what the encoder tells. */
      decoder: z.enum(treeDecoderNames).default('chart'),
      /** With it, vectors of the words' characters are added to the embeddings of their pieces. */
      characters: z
        .strictObject({
          /** Units of a character's vector. */
          size: z.int().min(1).max(65_536).default(64),
          /** What is told of a word by its characters. */
          filters: z.int().min(1).max(65_536).default(256),
          /** Characters that a filter sees at a time. */
          width: z.int().min(1).max(40).default(5),
          /** Of what the filters tell. */
          dropout: z.number().min(0).lt(1).default(0.2),
        })
        .optional(),
      /** What is put on the encoder. */
      head: z
        .strictObject({
          /** The pieces that a word's vector is made of. */
          words: z.enum(wordPoolings).default('last'),
          /** Hidden units of the layers for spans and for tags. */
          hidden: z.int().min(1).max(65_536).default(256),
          /** Of the words' vectors. */
          dropout: z.number().min(0).lt(1).default(0.1),
        })
        .prefault({}),
      objective: z
        .strictObject({
          /** That of each span on its own, or the margin between whole trees; crossEntropy where it is not given. */
          loss: z.enum(treeLosses).optional(),
          /** What the loss of tags counts for beside that of spans. */
          tagWeight: z.number().min(0).max(1e6).default(1),
        })
        .prefault({}),
      evaluation: z.strictObject({ evalb: evalbSchema.optional(), samples }).prefault({}),
    })
    .superRefine(({ tokenizers, objective, decoder }, context) => {
      const refuse = refusing(context);
      checkTokenizers(tokenizers, [side], [side], refuse);
      if (objective.loss === 'margin' && decoder !== 'chart')
        refuse(['objective', 'loss'], `margin is of trees in a chart, with decoder: chart, not ${decoder}`);
    })
    .transform(({ tokenizers, ...config }) => ({
      ...config,
      tokenizers: completeTokenizers(tokenizers, { [side]: config.data.lang }),
    }));
export type ChartConfig = z.output<ReturnType<typeof buildSchema>>;

/** The words of a config, and their tags. */
export const wordOptions = (
  { head, objective, characters, model: { dModel } }: ChartConfig,
  { tags, characters: known = [] }: Known,
): WordOptions => ({
  numTags: tags.length,
  hidden: head.hidden,
  dropout: head.dropout,
  tagWeight: objective.tagWeight,
  characters: characters && { ...characters, count: buildAlphabet(known).size, dModel },
});
