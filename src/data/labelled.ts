// Texts with a class each, as training takes them.
import { paddedLength, padRows } from './batch.ts';
import type { Examples } from './batches.ts';
import type { SpecialIds } from './pairs.ts';
import type { Sequences } from './sequences.ts';

/** `ids` [B, S]: the tokens, eos, padding; `labels` [B], classes from 0. `examples` counts texts. */
export function labelledExamples(
  texts: Sequences,
  classes: Int32Array,
  { padId, eosId }: Pick<SpecialIds, 'padId' | 'eosId'>,
): Examples {
  return {
    count: texts.length,
    extraTokens: 1,
    sides: [texts],
    collate: (rows, padding) => {
      const tokens = rows.map((i) => [...texts.at(i), eosId]);
      const longest = Math.max(...tokens.map((row) => row.length));
      const length = paddedLength(longest, padding);
      const labels = Int32Array.from(rows, (i) => classes[i]!);
      return {
        inputs: {
          ids: padRows(tokens, length, padId),
          labels: { dtype: 'int32', dims: [rows.length], data: labels },
        },
        sizes: { B: rows.length, S: length },
        weights: { examples: rows.length },
        rows,
      };
    },
  };
}
