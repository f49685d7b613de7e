// A program unfolded: core operations, each of which makes a sequence or a selector of earlier ones. Equal operations on
// equal operands are one.
import { REDUCTIONS, type Reduction } from './core.ts';
import { Refusal } from './refusal.ts';
import type { Kind, Scalar } from './scalar.ts';

/** Where an operation comes from. */
export interface Origin {
  /** The expression as it is written. */
  readonly text: string;
  /** The functions around it, from the program inwards. */
  readonly within: readonly string[];
  /** The character of the program's text that it is told at. */
  readonly offset: number;
}

/** Asked for where an operation is new. */
type Told = () => Origin;

interface Common {
  readonly id: number;
  readonly inputs: readonly Operation[];
  origin: Origin;
  /** What the program, or a function of it or of the library, calls it. */
  name: string | undefined;
}

/** An operation that makes a sequence. */
export type SequenceOperation = Common & { readonly kind: Kind } & (
    | { readonly op: 'tokens' | 'indices' | 'sel_width' }
    | { readonly op: 'full'; readonly constant: number }
    | { readonly op: 'tok_map' | 'seq_map'; readonly f: Scalar }
    | { readonly op: `aggr_${Reduction}`; readonly constant: number }
  );

/** One that makes a selector; all are causal. */
export type SelectOperation = Common & {
  readonly kind: 'selector';
  readonly op: 'select';
  readonly f: Scalar;
};

export type Operation = SequenceOperation | SelectOperation;

type Bare<O extends Operation = Operation> = O extends Operation ? Omit<O, 'id' | 'origin' | 'name'> : never;

/** Most operations of a program. */
const MAX_OPERATIONS = 2000;

export class Operations {
  readonly #known = new Map<string, Operation>();
  readonly tokens = this.#add({ op: 'tokens', kind: 'value', inputs: [] }, TOKENS) as SequenceOperation;

  full(constant: number, kind: Kind, origin: Told): SequenceOperation {
    return this.#add({ op: 'full', constant, kind, inputs: [] }, origin) as SequenceOperation;
  }

  indices(origin: Told): SequenceOperation {
    return this.#add({ op: 'indices', kind: 'index', inputs: [] }, origin) as SequenceOperation;
  }

  /** One value of each place of one or two sequences. */
  map(f: Scalar, inputs: readonly SequenceOperation[], origin: Told): SequenceOperation {
    const op = inputs.length === 1 ? 'tok_map' : 'seq_map';
    return this.#add({ op, f, kind: f.kind, inputs }, origin) as SequenceOperation;
  }

  select(f: Scalar, k: SequenceOperation, q: SequenceOperation, origin: Told): SelectOperation {
    if (f.kind === 'index') throw new Refusal('an index is neither true nor false');
    return this.#add({ op: 'select', f, kind: 'selector', inputs: [k, q] }, origin) as SelectOperation;
  }

  selWidth(selector: SelectOperation, origin: Told): SequenceOperation {
    return this.#add({ op: 'sel_width', kind: 'value', inputs: [selector] }, origin) as SequenceOperation;
  }

  aggr(
    reduction: Reduction,
    selector: SelectOperation,
    v: SequenceOperation,
    constant: number,
    origin: Told,
  ): SequenceOperation {
    if (v.kind === 'index' && reduction === 'mean') throw new Refusal(NO_MEAN);
    const isTruth = v.kind === 'bool' && (constant === 0 || constant === 1);
    const kind =
      v.kind === 'index' || isTruth
        ? v.kind
        : v.kind === 'literal' && reduction !== 'mean'
          ? 'literal'
          : 'value';
    const op = `aggr_${reduction}` as const;
    return this.#add({ op, constant, kind, inputs: [selector, v] }, origin) as SequenceOperation;
  }

  #add(bare: Bare, origin: Told): Operation {
    const own = 'f' in bare ? bare.f.key : 'constant' in bare ? bare.constant : '';
    const key = [bare.op, bare.kind, own, ...bare.inputs.map(({ id }) => id)].join(' ');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size > MAX_OPERATIONS) {
      throw new Refusal(`the program unfolds to more than ${MAX_OPERATIONS} operations`);
    }
    const added = { ...bare, id: this.#known.size, origin: origin(), name: undefined } as Operation;
    this.#known.set(key, added);
    return added;
  }
}

const TOKENS = (): Origin => ({ text: 'tokens', within: [], offset: 0 });

const NO_MEAN =
  'the mean of indices is arithmetic on them, which RASP-L does not have; give reduction="min" or "max"';

/** The operations that `results` need, in their order. */
export function neededFor(...results: readonly Operation[]): Operation[] {
  const needed = new Set<Operation>();
  const open = [...results];
  for (let operation = open.pop(); operation !== undefined; operation = open.pop()) {
    if (needed.has(operation)) continue;
    needed.add(operation);
    open.push(...operation.inputs);
  }
  return [...needed].sort((a, b) => a.id - b.id);
}

/** Operations of a selector, one after another, at most: attention layers that a Transformer needs at least. */
export function depthOf(operations: readonly Operation[]): number {
  const depths = new Map<Operation, number>();
  for (const operation of operations) {
    const below = Math.max(0, ...operation.inputs.map((input) => depths.get(input) ?? 0));
    const isAttention = operation.op === 'sel_width' || REDUCTIONS.some((r) => operation.op === `aggr_${r}`);
    depths.set(operation, below + (isAttention ? 1 : 0));
  }
  return Math.max(0, ...depths.values());
}
