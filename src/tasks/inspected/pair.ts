// Models from a source to a target under inspection: the target is the model's own output, or one that is given.
import { matMul } from '../../graph/ops/matmul.ts';
import { describeWith } from '../../inspect/sequence.ts';
import { causalContext } from '../../models/stack.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { UsageError, UserError } from '../../util/errors.ts';
import { loadWeights } from '../open-run.ts';
import type { PairConfig } from '../pairs/config.ts';
import type { PairText } from '../pairs/pair-text.ts';
import { loadPairTokenizers } from '../pairs/prepare.ts';
import { buildPairModel } from '../pairs/system.ts';
import { TextTranslator } from '../pairs/text-translator.ts';
import { buildParsingText, type ParsingConfig } from '../parsing.ts';
import type { TaskConfig } from '../task.ts';
import { buildTranslationText, type TranslationConfig } from '../translation.ts';
import { type InspectedModel, type OpenSettings, rowOf } from './model.ts';

const textOf = (config: TaskConfig): PairText =>
  config.task === 'parsing'
    ? buildParsingText(config as ParsingConfig)
    : buildTranslationText(config as TranslationConfig);

export function openInspectedPair(
  folder: RunFolder,
  given: TaskConfig,
  { checkpoint, onTruncated, threads }: OpenSettings,
): InspectedModel {
  const config = given as PairConfig;
  const text = textOf(config);
  const tokenizers = loadPairTokenizers(config, folder);
  const { src, tgt, ids } = tokenizers;
  const codec = text.codec(tokenizers);
  const model = buildPairModel(config, tokenizers);
  const describe = { src: describeWith(src), tgt: describeWith(tgt) };
  const { maxLength, dModel } = config.model;
  const cut = (what: string, tokens: ArrayLike<number>): number[] => {
    if (tokens.length >= maxLength) onTruncated?.(what, tokens.length);
    return Array.from(tokens).slice(0, maxLength - 1);
  };
  const search = async (source: string): Promise<number[]> => {
    const translator = await TextTranslator.load({ folder, config }, text, {
      checkpoint,
      ...(threads !== undefined && { threads }),
    });
    try {
      return await translator.searchIds(source);
    } finally {
      await translator.release();
    }
  };
  const force = (source: string, target: string): ArrayLike<number> => {
    const { tgt: found } = codec.encodePair(source, text.prepareTarget(target));
    if (Array.from(found).every((id) => Number.isInteger(id))) return found;
    throw new UserError('the target: its words are not as many as those of the input');
  };
  return {
    kind: config.task,
    dModel,
    maxLength,
    tokenizers: { encoder: src, decoder: tgt },
    weights: loadWeights({ folder }, checkpoint),
    build: (scope) => {
      const [source, target] = (
        [
          ['src', 'S'],
          ['tgt', 'T'],
        ] as const
      ).map(([name, length]) => scope.graph.input(name, 'int32', ['B', length]));
      const memory = model.encode(scope, source!);
      return model.decode(scope, target!, { ...causalContext(scope.graph, 'T'), memory });
    },
    telling: {
      tokenizer: tgt,
      stack: 'decoder',
      logits: (scope, rows) => matMul(rows, model.outputEmbedding(scope), { transB: true }),
    },
    read: async ({ text: line, pair, target }) => {
      if (pair !== undefined)
        throw new UsageError('--pair is for encoders; the other text of this model is its --target');
      const source = text.prepare(line);
      const sourceIds = [...cut('the input', codec.encodeSource(source)), ids.eosId];
      // An empty one is none: the begin of a target alone.
      const found = target === undefined ? await search(source) : target === '' ? [] : force(source, target);
      const targetIds = [ids.bosId, ...cut('the target', found)];
      return {
        sequences: { encoder: describe.src(sourceIds), decoder: describe.tgt(targetIds) },
        feeds: { src: rowOf(sourceIds), tgt: rowOf(targetIds) },
        sizes: { B: 1, S: sourceIds.length, T: targetIds.length },
        told: targetIds.map((_, place) =>
          place + 1 < targetIds.length
            ? { place, id: targetIds[place + 1]!, at: place + 1 }
            : { place, id: ids.eosId },
        ),
      };
    },
  };
}
