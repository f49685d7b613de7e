// Encoders under inspection: of runs of any task that has one, and of transformers' checkpoints.
import type { Value } from '../../graph/graph.ts';
import { log } from '../../graph/ops/elementwise.ts';
import { gemm } from '../../graph/ops/matmul.ts';
import { describeWith } from '../../inspect/sequence.ts';
import type { Scope } from '../../nn/scope.ts';
import { RunFolder } from '../../run/run-folder.ts';
import { type Feeds, Tensor } from '../../runtime/session.ts';
import { UsageError } from '../../util/errors.ts';
import { loadRunConfig } from '../config.ts';
import type { LabelledConfig } from '../labelled/config.ts';
import { loadLabeller } from '../labelled/labeller.ts';
import { RowReader } from '../labelled/reader.ts';
import { isForeign, type OpenEncoder, openEncoder } from '../open-encoder.ts';
import { type Answering, type InspectedModel, type OpenSettings, rowOf, type Telling } from './model.ts';

const inputsOf = (scope: Scope): [ids: Value, segments: Value] => {
  const matrix = (name: string) => scope.graph.input(name, 'int32', ['B', 'S']);
  return [matrix('ids'), matrix('segments')];
};

export function openInspectedEncoder(
  path: string,
  { checkpoint, onTruncated }: OpenSettings,
): InspectedModel {
  const encoder = openEncoder(path, checkpoint);
  const readsWords = !isForeign(path) && loadRunConfig(RunFolder.open(path)).task === 'tagging';
  const { model, reader, weights } = encoder;
  const { tokenizer } = reader;
  const { dModel, maxLength } = model.config;
  const describe = describeWith(tokenizer);
  return {
    kind: 'encoder',
    dModel,
    maxLength,
    weights,
    tokenizers: { encoder: tokenizer },
    build: (scope) => {
      const [ids, segments] = inputsOf(scope);
      return model.encode(scope, ids, { segments }).rows;
    },
    telling: openTelling(encoder),
    answering: isForeign(path) ? undefined : () => openAnswering(RunFolder.open(path)),
    read: async ({ text, pair, target }) => {
      if (target !== undefined)
        throw new UsageError('--target is for models that write one; this is an encoder');
      if (pair !== undefined && readsWords)
        throw new UsageError('--pair is for models that read texts; a run of tagging reads the words of one');
      const one = readsWords ? text.split(/\s+/).filter((word) => word !== '') : [text];
      const form = readsWords ? 'words' : pair === undefined ? 'text' : 'pair';
      const rows = pair === undefined ? [one] : [[text, pair]];
      const own = form === 'text' ? reader : new RowReader(form, tokenizer, maxLength);
      const encoded = own.readAll(rows, (_, pieces) => onTruncated?.('the input', pieces));
      const ids = encoded.ids.at(0);
      const second = encoded.seconds?.[0] ?? ids.length;
      const sequence = describe(ids);
      return {
        sequences: { encoder: sequence },
        feeds: { ids: rowOf(ids), segments: rowOf(Array.from(ids, (_, i) => Number(i >= second))) },
        sizes: { B: 1, S: ids.length },
        told: sequence.tokens.flatMap(({ id, special }, at) => (special ? [] : [{ place: at, id, at }])),
        ...(encoded.firsts && { firsts: Array.from(encoded.firsts.at(0)) }),
      };
    },
  };
}

/** Hidden words; of an encoder without a head for them, or whose tokenizer cannot hide, nothing. */
function openTelling({ model, reader, weights }: OpenEncoder): Telling | undefined {
  const { tokenizer } = reader;
  const { mask } = tokenizer.special;
  if (mask === undefined || !model.predictWords || !weights.tensors.has('mlm.output.bias')) return undefined;
  return {
    tokenizer,
    stack: 'encoder',
    logits: (scope, rows) => {
      const { output, table, bias } = model.predictWords!(scope, rows);
      return gemm(output, table, bias, { transB: true });
    },
    hide: ({ ids, ...others }: Feeds, places) => {
      const data = Int32Array.from(ids!.data as Int32Array);
      for (const place of places) data[place] = mask;
      return { ids: new Tensor('int32', data, [...ids!.dims]), ...others };
    },
  };
}

/** Classes of a text, its score, or tags of its words; of an encoder that tells none of these, nothing. */
function openAnswering(folder: RunFolder): Answering | undefined {
  const config = loadRunConfig(folder);
  if (!['classification', 'regression', 'tagging'].includes(config.task)) return undefined;
  const { model, target } = loadLabeller(config as LabelledConfig, folder);
  return {
    classes: target.classes,
    ofWords: config.task === 'tagging',
    build: (scope) => {
      const [ids, segments] = inputsOf(scope);
      const [output] = Object.values(target.output(scope, model, { ids, segments }));
      return target.classes.length === 0 ? output! : log(output!);
    },
  };
}
