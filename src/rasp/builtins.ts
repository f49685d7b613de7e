// The core's ten functions as programs call them: parameters, what they do, and the operations that they stand for.
import type { CallableParameter, Meaning, Reader } from './meaning.ts';
import { numberMeaning, sequenceMeaning, truthMeaning } from './meaning.ts';
import type { Operations, Origin } from './operations.ts';
import { Refusal } from './refusal.ts';

/** What a call is unfolded with. */
export interface Workplace {
  readonly operations: Operations;
  readonly read: Reader;
  readonly origin: () => Origin;
}

export interface Builtin {
  /** As np-rasp has them. */
  readonly parameters: readonly CallableParameter[];
  readonly doc: string;
  unfold(place: Workplace, given: readonly Meaning[]): Meaning;
}

const needed = (...names: string[]): CallableParameter[] =>
  names.map((name) => ({ name, byDefault: undefined }));
const byDefault: CallableParameter = { name: 'default', byDefault: numberMeaning(0) };
const reduction: CallableParameter = { name: 'reduction', byDefault: { type: 'text', text: 'mean' } };

const NOT_CAUSAL =
  'RASP-L selects causally: a place sees itself and what stands before it, as in a decoder, which writes one token after another; leave causal out';

function select({ operations, read, origin }: Workplace, [k, q, predicate]: readonly Meaning[]) {
  const keys = read.sequence(k!);
  const queries = read.sequence(q!);
  return operations.select(read.functionOf(predicate!, [keys, queries]), keys, queries, origin);
}

const aggregation = (doc: string, fixed: 'mean' | 'max' | undefined): Builtin => ({
  parameters: [...needed('A', 'v'), byDefault, ...(fixed === undefined ? [reduction] : [])],
  doc,
  unfold: ({ operations, read, origin }, [selector, v, constant, how]) =>
    sequenceMeaning(
      operations.aggr(
        fixed ?? read.reduction(how!),
        read.selector(selector!),
        read.sequence(v!),
        read.constant(constant!).constant,
        origin,
      ),
    ),
});

export const builtins: Readonly<Record<string, Builtin>> = {
  full: {
    parameters: needed('x', 'const'),
    doc: 'The constant at every place.',
    unfold: ({ read }, [x, constant]) => {
      read.sequence(x!);
      return sequenceMeaning(read.sequence({ type: 'scalar', scalar: read.constant(constant!) }));
    },
  },
  indices: {
    parameters: needed('x'),
    doc: 'The number of each place: 0, 1, 2, … Without brackets, `indices`, the same.',
    unfold: ({ operations, read, origin }, [x]) => {
      read.sequence(x!);
      return sequenceMeaning(operations.indices(origin));
    },
  },
  tok_map: {
    parameters: needed('x', 'func'),
    doc: 'What a function of one value gives at each place. `x + 1`, `-x` and `x == 3` are short for it.',
    unfold: ({ operations, read, origin }, [x, f]) => {
      const sequence = read.sequence(x!);
      return sequenceMeaning(operations.map(read.functionOf(f!, [sequence]), [sequence], origin));
    },
  },
  seq_map: {
    parameters: needed('x', 'y', 'func'),
    doc: 'What a function of two values gives at each place. `x + y` and `x == y` are short for it.',
    unfold: ({ operations, read, origin }, [x, y, f]) => {
      const sequences = [read.sequence(x!), read.sequence(y!)];
      return sequenceMeaning(operations.map(read.functionOf(f!, sequences), sequences, origin));
    },
  },
  select: {
    parameters: [...needed('k', 'q', 'pred'), { name: 'causal', byDefault: truthMeaning(true) }],
    doc: 'A selector: place i looks at those places j up to i where the predicate holds of the key k[j] and the query q[i]. The predicate is a function of both, or an operator such as `==` or `<`.',
    unfold: (place, given) => {
      if (place.read.constant(given[3]!).constant === 0) throw new Refusal(NOT_CAUSAL);
      return { type: 'selector', operation: select(place, given) };
    },
  },
  sel_width: {
    parameters: needed('A'),
    doc: 'How many places each place looks at.',
    unfold: ({ operations, read, origin }, [selector]) =>
      sequenceMeaning(operations.selWidth(read.selector(selector!), origin)),
  },
  aggr_mean: aggregation(
    'The mean of v over the places that each place looks at, its fraction cut off towards 0; the default where it looks at none.',
    'mean',
  ),
  aggr_max: aggregation('The largest v of the places that each place looks at.', 'max'),
  aggr: aggregation('The mean, the largest (`reduction="max"`) or the least (`"min"`) v.', undefined),
  kqv: {
    parameters: [...needed('k', 'q', 'v', 'pred'), byDefault, reduction],
    doc: 'select, then aggr: what attention does with keys, queries and values. Two operations.',
    unfold: (place, [k, q, v, predicate, constant, how]) => {
      const { operations, read, origin } = place;
      const selector = select(place, [k!, q!, predicate!]);
      const values = read.sequence(v!);
      return sequenceMeaning(
        operations.aggr(read.reduction(how!), selector, values, read.constant(constant!).constant, origin),
      );
    },
  },
};
