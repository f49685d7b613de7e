// A program at work: its operations on tokens that come in one after another, and the roll-out, in which it writes them
// itself. What stands at a place is never computed again: operations are causal, so later tokens change nothing of it.
import { UserError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import {
  aggr,
  full,
  indices,
  type Reduction,
  type Selector,
  type Sequence,
  select,
  selWidth,
  seqMap,
  tokMap,
} from './core.ts';
import type { Operation, SelectOperation, SequenceOperation } from './operations.ts';
import type { Program } from './program.ts';
import { bounded, Refusal } from './refusal.ts';

/** Most tokens of a sequence. */
export const MAX_TOKENS = 4096;
/** Most pairs of places that predicates are asked of, each as often as the predicate has rules: some seconds. */
const MAX_WORK = 1e9;
/** Places that are made together; a selector has so many rows at a time. */
const BLOCK = 64;

type SelectorListener = (operation: SelectOperation, selector: Selector) => void;

export class Evaluation {
  readonly #program: Program;
  readonly #onSelector: SelectorListener | undefined;
  readonly #maxWork: number;
  readonly #values = new Map<Operation, Int32Array>();
  #length = 0;
  #work = 0;

  /** The listener gets the rows of each selector as they are made. */
  constructor(program: Program, onSelector?: SelectorListener, maxWork = MAX_WORK) {
    this.#program = program;
    this.#maxWork = maxWork;
    this.#onSelector = onSelector;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds tokens; a UserError where there are too many, or where a value leaves the bounded integers. */
  push(tokens: readonly number[]): void {
    if (this.#length + tokens.length > MAX_TOKENS) {
      throw new UserError(`${this.#program.name}: more than ${formatCount(MAX_TOKENS)} tokens`);
    }
    for (let at = 0; at < tokens.length; at += BLOCK) this.#extend(tokens.slice(at, at + BLOCK));
  }

  /** What an operation has made at every place so far. */
  valuesOf(operation: SequenceOperation): Sequence {
    return this.#values.get(operation)?.subarray(0, this.#length) ?? new Int32Array(0);
  }

  #extend(tokens: readonly number[]): void {
    const from = this.#length;
    this.#length += tokens.length;
    const selectors = new Map<Operation, Selector>();
    for (const operation of this.#program.operations) {
      if (operation.op === 'select') {
        const selector = this.#select(operation, from);
        selectors.set(operation, selector);
        this.#onSelector?.(operation, selector);
      } else if (operation.op === 'tokens') this.#store(operation, from, Int32Array.from(tokens));
      else this.#store(operation, from, this.#make(operation, from, selectors));
    }
  }

  #make(operation: SequenceOperation, from: number, selectors: ReadonlyMap<Operation, Selector>): Sequence {
    const [first, second] = operation.inputs as [Operation, Operation];
    const values = (input: Operation) => this.valuesOf(input as SequenceOperation);
    switch (operation.op) {
      case 'full':
        return full(this.#tokens, operation.constant, from);
      case 'indices':
        return indices(this.#tokens, from);
      case 'tok_map': {
        const { run } = operation.f;
        return this.#told(operation, () => tokMap(values(first), (x) => bounded(run(x, 0)), from));
      }
      case 'seq_map': {
        const { run } = operation.f;
        return this.#told(operation, () =>
          seqMap(values(first), values(second), (x, y) => bounded(run(x, y)), from),
        );
      }
      case 'sel_width':
        return selWidth(selectors.get(first)!);
      case 'tokens':
        return this.#tokens;
      default: {
        const reduction = operation.op.slice('aggr_'.length) as Reduction;
        return aggr(selectors.get(first)!, values(second), operation.constant, reduction);
      }
    }
  }

  #select(operation: SelectOperation, from: number): Selector {
    const [keys, queries] = operation.inputs.map((input) => this.valuesOf(input as SequenceOperation));
    this.#work += (this.#length - from) * this.#length * operation.f.size;
    if (this.#work > this.#maxWork) {
      throw new UserError(
        `${this.#program.name}: too much work: ${formatCount(this.#length)} tokens are too many for so many selections`,
      );
    }
    return this.#told(operation, () => select(keys!, queries!, operation.f.run, true, from));
  }

  get #tokens(): Sequence {
    return this.valuesOf(this.#program.operations[0] as SequenceOperation);
  }

  #store(operation: Operation, from: number, made: Sequence): void {
    let values = this.#values.get(operation);
    if (values === undefined) return void this.#values.set(operation, made);
    if (values.length < this.#length) {
      const grown = new Int32Array(2 * this.#length);
      grown.set(values);
      this.#values.set(operation, grown);
      values = grown;
    }
    values.set(made, from);
  }

  /** An error about what an operation computes, with its place in the program. */
  #told<T>({ origin }: Operation, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw this.#program.source.error(origin.offset, `${error.message} (in ${origin.text})`);
    }
  }
}

export interface RollOut {
  /** The numbers of the tokens that were added, that of the end token included. */
  readonly added: readonly number[];
  /** Whether the end token came, or the only token where there is no end token. */
  readonly isEnded: boolean;
  readonly evaluation: Evaluation;
}

/** What the program writes behind a prompt of at least one token: at most `most` tokens. Errors as for Evaluation. */
export function rollOut(
  program: Program,
  prompt: readonly number[],
  most: number,
  onSelector?: SelectorListener,
): RollOut {
  const evaluation = new Evaluation(program, onSelector);
  evaluation.push(prompt);
  const added: number[] = [];
  let isEnded = false;
  while (!isEnded && added.length < most) {
    const next = evaluation.valuesOf(program.result).at(-1)!;
    added.push(next);
    evaluation.push([next]);
    isEnded = program.until === undefined || next === program.until;
  }
  return { added, isEnded, evaluation };
}
