// Constituency parsing as Vinyals et al. (2015) and Vaswani et al. (2017, section 6.3) do it: words in, a linearized
// tree out. Scored by EVALB, with Collins' parameters unless the config has others: labelled F1.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { withBatchLimit } from '../data/config.ts';
import { readTreebank, treebankData } from '../data/sources/trees.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import { treebankTokenize } from '../tokenizers/treebank-tokenizer.ts';
import { trainingSections } from '../train/config.ts';
import { buildParameters, evalbSchema } from '../trees/evalb-parameters.ts';
import { type LinearizationName, linearizationNames, linearizations } from '../trees/linearize.ts';
import { buildNormalizer, normalizeSchema } from '../trees/normalize.ts';
import { readTrees } from '../trees/read.ts';
import type { Restored } from '../trees/repair.ts';
import { NO_TAG, type Tree, tags as tagsOf, words } from '../trees/tree.ts';
import { writeTree } from '../trees/write.ts';
import { UserError } from '../util/errors.ts';
import { judgeTrees } from './judge-trees.ts';
import { objectiveSchema } from './objective.ts';
import { pairData, pairSections, samples } from './pairs/config.ts';
import { collectSplit, type PairText, type SplitText, sides } from './pairs/pair-text.ts';
import { pairGenerator, readPairs } from './pairs/system.ts';
import {
  alignedCodec,
  buildConstraint,
  CONTINUED,
  plainCodec,
  splitTokens,
  withTags,
} from './parsing-codec.ts';
import type { Task } from './task.ts';
import { checkTokenizers, completeTokenizers, entryOf, tokenizersSchema } from './tokenizers.ts';

/** The linearization with one token a word. */
const ALIGNED: LinearizationName = 'compact';

/** How trees become lines and back. */
const parsingSchema = z
  .strictObject({
    /** Steps from the treebank's trees to those that are learned and compared. */
    normalize: normalizeSchema,
    linearization: z.enum(linearizationNames).default(ALIGNED),
    /** Searches only for outputs of the linearization's grammar, with as many words as the input has. */
    constrained: z.boolean().default(true),
  })
  .prefault({});

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('parsing'),
      ...trainingSections,
      data: withBatchLimit(
        z.strictObject({
          ...treebankData,
          ...pairData,
        }),
      ),
      parsing: parsingSchema,
      tokenizers: tokenizersSchema.prefault({ src: { type: 'bpe' }, tgt: { type: 'word' } }),
      ...pairSections(),
      objective: objectiveSchema(0.1, {
        /** With it the encoder tells the words' tags too: what their loss counts for beside that of trees. */
        tagWeight: z.number().gt(0).max(1e6).optional(),
      }),
      evaluation: z.strictObject({ evalb: evalbSchema.optional(), samples }).prefault({}),
    })
    .superRefine(({ model, objective, parsing, tokenizers }, context) => {
      const refuse = refusing(context);
      checkTokenizers(tokenizers, sides, ['src'], refuse);
      if (entryOf(tokenizers, 'src') === entryOf(tokenizers, 'tgt')) {
        refuse(['tokenizers'], 'words and trees need a tokenizer each: src and tgt');
        return;
      }
      if ('tie' in model && model.tie === 'three') {
        refuse(
          ['model', 'tie'],
          'tying all three embeddings needs one tokenizer for both sides; words and trees have two',
        );
      }
      const aligned = parsing.linearization === ALIGNED;
      const isTagged = objective.tagWeight !== undefined;
      const needsWords = aligned || parsing.constrained || isTagged;
      const other = isTagged ? 'objective.tagWeight' : 'constrained: true';
      const what = aligned ? `linearization ${parsing.linearization}` : other;
      const [src, tgt] = sides.map((side) => tokenizers[entryOf(tokenizers, side)]?.type);
      const isOf = (type: string | undefined, ...types: string[]) =>
        type !== undefined && types.includes(type);
      if (needsWords && isOf(tgt, 'bpe', 'wordpiece', 'huggingface')) {
        refuse(['tokenizers', 'tgt', 'type'], `${what} needs word, one piece for each token of a tree`);
      } else if (tgt === 'wordpiece') {
        refuse(['tokenizers', 'tgt', 'type'], 'wordpiece takes the tokens of trees apart; use word or bpe');
      }
      if (needsWords && isOf(src, 'wordpiece', 'huggingface')) {
        const message = `${what} needs pieces that tell where words begin: bpe, word or sentencepiece`;
        refuse(['tokenizers', 'src', 'type'], message);
      }
    })
    .transform(({ tokenizers, ...config }) => ({
      ...config,
      tokenizers: completeTokenizers(tokenizers, { src: config.data.lang, tgt: undefined }),
    }));
export type ParsingConfig = z.output<ReturnType<typeof buildSchema>>;

export const parsing: Task<ParsingConfig> = {
  describe: 'Constituency parsing: from sentences to their trees',
  command: 'tx parse',
  schema: buildSchema,
  identity: ({ parsing, model, objective }) => {
    return { parsing, model, ...(objective.tagWeight !== undefined && { isTagged: true }) };
  },
  generator: (config, pieces) => pairGenerator(config, pieces),
  read: (config, observer, storage) => readPairs(config, buildParsingText(config), observer, storage),
};

export function buildParsingText(config: ParsingConfig): PairText {
  const { parsing, data } = config;
  const linearization = linearizations[parsing.linearization];
  const aligned = parsing.linearization === ALIGNED;
  const { constrained } = parsing;
  const isTagged = config.objective.tagWeight !== undefined;
  const evalb = buildParameters(config.evaluation.evalb ?? evalbSchema.parse({}));
  const restore = (output: string, source: string): Restored => {
    const words = splitTokens(source);
    return linearization.delinearize(splitTokens(output), words, { tags: words.map(tagOf) });
  };
  const normalize = buildNormalizer(parsing.normalize);
  const signature = `evalb:${evalb.signature}|linearization:${parsing.linearization}|constrained:${constrained ? 'yes' : 'no'}`;
  const prepare: PairText['prepare'] = isEnglish(data.lang)
    ? (line) => treebankTokenize(line).join(' ')
    : (line) => line;
  async function* open(split: SplitName): AsyncGenerator<SplitText> {
    const source = data[split];
    if (source === undefined) throw new UserError(`the config has no data.${split}`);
    for (const file of source.files) {
      const trees = readTreebank([file], parsing.normalize);
      const src = trees.map((tree) => words(tree).join(' '));
      const targetOf = (tree: Tree) => {
        const tokens = linearization.linearize(tree);
        return isTagged ? withTags(tokens, tagsOf(tree)) : tokens;
      };
      const tgt = trees.map((tree) => targetOf(tree).join(' '));
      yield { raw: { src, tgt: trees.map(writeTree) }, text: { src, tgt } };
    }
  }
  return {
    metric: 'F1',
    form: {
      linearization: parsing.linearization,
      normalize: parsing.normalize,
      ...(isTagged && { isTagged }),
    },
    open,
    read: (split) => collectSplit(open(split)),
    prepare,
    prepareTarget: (line) => {
      const [tree, ...others] = readTrees(line, { file: 'the tree' });
      const normal = others.length > 0 || tree === undefined ? undefined : normalize(tree);
      if (normal === undefined) throw new UserError('the tree: one tree in brackets is expected');
      return linearization.linearize(normal).join(' ');
    },
    isPrepared: (line) => spaced(prepare(line)) === spaced(line),
    present: (output, source) => {
      if (isEmpty(source)) return { text: '' };
      const parse = restore(output, source);
      return { text: writeTree(parse.tree), parse };
    },
    beside: { src: [], tgt: aligned ? [CONTINUED] : [] },
    codec: ({ src, tgt }) => (aligned ? alignedCodec : plainCodec)(src, tgt, isTagged),
    constraint: (tokenizers) =>
      constrained ? buildConstraint(tokenizers, linearization, aligned) : undefined,
    scoring: () => signature,
    doubts: () => [],
    judge: (outputs, { raw }) => {
      const trees = outputs.map((output, i) => restore(output, raw.src[i]!).tree);
      return { ...judgeTrees(trees, raw.tgt, evalb.parameters), signature, references: raw.tgt };
    },
  };
}

/** The tags of punctuation, which written trees need where the linearization has none: EVALB knows it by them. */
const PUNCTUATION: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['.', '?', '!'].map((word) => [word, '.'])),
  ...Object.fromEntries([':', ';', '-', '--', '...'].map((word) => [word, ':'])),
  ...Object.fromEntries([',', '``', "''"].map((word) => [word, word])),
  '`': '``',
};

const tagOf = (word: string): string => (Object.hasOwn(PUNCTUATION, word) ? PUNCTUATION[word]! : NO_TAG);

/** Whether raw text of this language can be split into words: it is English. */
export const isEnglish = (language: string): boolean => /^en(?:g?$|[-_])/i.test(language);

/** With single spaces, whatever white space it was. */
const spaced = (line: string): string => line.trim().replace(/\s+/gu, ' ');

const isEmpty = (line: string): boolean => splitTokens(line).length === 0;
