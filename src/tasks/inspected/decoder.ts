// Language models under inspection: a text behind the token that documents begin with, or a made-up problem.
import { matMul } from '../../graph/ops/matmul.ts';
import { describeWith } from '../../inspect/sequence.ts';
import { buildModel, type ModelConfig } from '../../models/index.ts';
import { readContexts } from '../../objectives/cross-entropy.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { UsageError } from '../../util/errors.ts';
import { loadWeights } from '../open-run.ts';
import type { TaskConfig } from '../task.ts';
import { openDecoderText } from './decoder-text.ts';
import { type InspectedModel, type OpenSettings, rowOf } from './model.ts';

export function openInspectedDecoder(
  folder: RunFolder,
  given: TaskConfig,
  { checkpoint, onTruncated }: OpenSettings,
): InspectedModel {
  const config = given as TaskConfig & { model: ModelConfig };
  const { tokenizer, encode, firstTold } = openDecoderText(config, folder);
  const model = buildModel('decoder', config.model, { vocabSize: tokenizer.size });
  const describe = describeWith(tokenizer);
  const { maxLength, dModel } = config.model;
  return {
    kind: config.task,
    dModel,
    maxLength,
    tokenizers: { decoder: tokenizer },
    weights: loadWeights({ folder }, checkpoint),
    build: (scope) => readContexts(scope, model, scope.graph.input('ids', 'int32', ['B', 'T'])),
    telling: {
      tokenizer,
      stack: 'decoder',
      logits: (scope, rows) => matMul(rows, model.outputEmbedding(scope), { transB: true }),
    },
    read: async ({ text, pair, target }) => {
      if (pair !== undefined) throw new UsageError('--pair is for encoders; a language model reads one text');
      if (target !== undefined)
        throw new UsageError('--target is for models that write one; a language model reads its own text');
      const all = encode(text);
      if (all.length > maxLength) onTruncated?.('the input', all.length);
      const ids = all.slice(0, maxLength);
      const told = ids.slice(1).map((id, place) => ({ place, id, at: place + 1 }));
      return {
        sequences: { decoder: describe(ids) },
        feeds: { ids: rowOf(ids) },
        sizes: { B: 1, T: ids.length },
        told: told.slice(firstTold(ids)),
      };
    },
  };
}
