// Encoders under inspection: of runs of any task that has one, and of transformers' checkpoints.
import { describeWith } from '../../inspect/sequence.ts';
import { UsageError } from '../../util/errors.ts';
import { RowReader } from '../labelled/reader.ts';
import { openEncoder } from '../open-encoder.ts';
import { type InspectedModel, type InspectorSettings, rowOf } from './model.ts';

export function openInspectedEncoder(
  path: string,
  { checkpoint, onTruncated }: Pick<InspectorSettings, 'checkpoint' | 'onTruncated'>,
): InspectedModel {
  const { model, reader, weights } = openEncoder(path, checkpoint);
  const { tokenizer } = reader;
  const describe = describeWith(tokenizer);
  return {
    kind: 'encoder',
    dModel: model.config.dModel,
    weights,
    build: (scope) => {
      const matrix = (name: string) => scope.graph.input(name, 'int32', ['B', 'S']);
      model.encode(scope, matrix('ids'), matrix('segments'));
    },
    read: async ({ text, pair, target }) => {
      if (target !== undefined)
        throw new UsageError('--target is for models that write one; this is an encoder');
      const rows = pair === undefined ? [[text]] : [[text, pair]];
      const own = pair === undefined ? reader : new RowReader('pair', tokenizer, model.config.maxLength);
      const encoded = own.readAll(rows, (_, pieces) => onTruncated?.('the input', pieces));
      const ids = encoded.ids.at(0);
      const second = encoded.seconds?.[0] ?? ids.length;
      return {
        sequences: { encoder: describe(ids) },
        feeds: { ids: rowOf(ids), segments: rowOf(Array.from(ids, (_, i) => Number(i >= second))) },
        sizes: { B: 1, S: ids.length },
      };
    },
  };
}
