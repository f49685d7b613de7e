// Language models under inspection: a text behind the token that documents begin with.
import { matMul } from '../../graph/ops/matmul.ts';
import { describeWith } from '../../inspect/sequence.ts';
import { readContexts } from '../../objectives/cross-entropy.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { UsageError } from '../../util/errors.ts';
import { buildLm, type LmConfig } from '../lm.ts';
import { loadWeights } from '../open-run.ts';
import { loadTextTokenizer } from '../running-text.ts';
import type { TaskConfig } from '../task.ts';
import { specialIds } from '../tokenizers.ts';
import { type InspectedModel, type OpenSettings, rowOf } from './model.ts';

export function openInspectedDecoder(
  folder: RunFolder,
  given: TaskConfig,
  { checkpoint, onTruncated }: OpenSettings,
): InspectedModel {
  const config = given as LmConfig;
  const tokenizer = loadTextTokenizer(config, folder);
  const model = buildLm(config, tokenizer);
  const { eosId } = specialIds([tokenizer]);
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
      const all = [eosId, ...tokenizer.encode(text)];
      if (all.length > maxLength) onTruncated?.('the input', all.length);
      const ids = all.slice(0, maxLength);
      return {
        sequences: { decoder: describe(ids) },
        feeds: { ids: rowOf(ids) },
        sizes: { B: 1, T: ids.length },
        told: ids.slice(1).map((id, place) => ({ place, id, at: place + 1 })),
      };
    },
  };
}
