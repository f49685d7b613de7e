// Rows of a padded batch without those of padding, and back. Each is the other's gradient, a copy of rows, where a
// gather's would add row by row.
import type { Rule, Value } from '../graph.ts';
import { region } from './family.ts';
import { gather } from './indexing.ts';
import { concat } from './shape.ts';

export const packingRules = { PackRows: region, UnpackRows: region } as const satisfies Record<string, Rule>;

/** Where the P tokens of a padded batch are among its B·S places. */
export interface Packing {
  /** int32 [P]: of each token its place, b·S + s. */
  tokens: Value;
  /** int32 [B·S]: 1 + the token of a place, 0 for padding. */
  rowOf: Value;
}

/** Of rows x [B·S, D] those of tokens, [P, D]. */
export const packRows = (x: Value, { tokens, rowOf }: Packing): Value =>
  composite('PackRows', x, { tokens, rowOf }, () => gather(x, tokens));

/** Rows x [P, D] at their places, [B·S, D], with zeros in the padding. */
export const unpackRows = (x: Value, { tokens, rowOf }: Packing): Value =>
  composite('UnpackRows', x, { tokens, rowOf }, () => {
    const width = x.shape[1] as number;
    const zeros = x.graph.constant(new Array<number>(width).fill(0), [1, width], x.dtype);
    return gather(concat([zeros, x], 0), rowOf);
  });

function composite(
  type: keyof typeof packingRules,
  x: Value,
  { tokens, rowOf }: Packing,
  build: () => Value,
): Value {
  const node = x.graph.composite(type, [x, tokens, rowOf], {}, () => ({ outputs: [build()], reads: [] }));
  return node.outputs[0]!;
}
