// What an expression means while a program is unfolded: a sequence or selector that operations make, a function, or
// what is known beforehand: numbers and texts. Inside a function of one place there are its values, as scalars.

import { quote } from '../util/quote.ts';
import type { Reduction } from './core.ts';
import { REDUCTIONS } from './core.ts';
import type { Operations, Origin, SelectOperation, SequenceOperation } from './operations.ts';
import { Refusal } from './refusal.ts';
import { argumentOf, constantOf, type Kind, type Scalar } from './scalar.ts';

export type Meaning =
  | { readonly type: 'scalar'; readonly scalar: Scalar }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'sequence'; readonly operation: SequenceOperation }
  | { readonly type: 'selector'; readonly operation: SelectOperation }
  | { readonly type: 'function'; readonly function: Callable };

export interface Callable {
  readonly name: string;
  readonly parameters: readonly CallableParameter[];
  /** With a meaning for each parameter, in their order. */
  call(given: readonly Meaning[]): Meaning;
}

export interface CallableParameter {
  readonly name: string;
  /** What it means where it is not given. */
  readonly byDefault: Meaning | undefined;
}

export const numberMeaning = (value: number): Meaning => ({ type: 'scalar', scalar: constantOf(value) });
export const truthMeaning = (value: boolean): Meaning => ({
  type: 'scalar',
  scalar: constantOf(value ? 1 : 0, true),
});
export const sequenceMeaning = (operation: SequenceOperation): Meaning => ({ type: 'sequence', operation });

/** What meanings are taken for, where a certain one is needed; a Refusal where it is another. */
export class Reader {
  readonly #operations: Operations;
  readonly #codeOf: (text: string) => number | undefined;
  readonly #origin: () => Origin;

  constructor(operations: Operations, codeOf: (text: string) => number | undefined, origin: () => Origin) {
    this.#operations = operations;
    this.#codeOf = codeOf;
    this.#origin = origin;
  }

  /** A text is the number of its token, and `indices` alone the sequence of them. */
  resolve(meaning: Meaning): Meaning {
    if (meaning.type === 'text') return numberMeaning(this.#numberOf(meaning.text));
    if (meaning.type === 'function' && meaning.function.name === 'indices') {
      return sequenceMeaning(this.#operations.indices(this.#origin));
    }
    return meaning;
  }

  /** A sequence; a constant is one that has it at every place. */
  sequence(given: Meaning): SequenceOperation {
    const meaning = this.resolve(given);
    if (meaning.type === 'sequence') return meaning.operation;
    if (meaning.type !== 'scalar' || meaning.scalar.constant === undefined) {
      throw new Refusal(`expected a sequence, found ${describe(meaning)}`);
    }
    const { constant, kind } = meaning.scalar;
    return this.#operations.full(constant, kind, this.#origin);
  }

  selector(meaning: Meaning): SelectOperation {
    if (meaning.type === 'selector') return meaning.operation;
    throw new Refusal(`expected a selector, as select gives, found ${describe(this.resolve(meaning))}`);
  }

  constant(given: Meaning): Scalar & { constant: number } {
    const meaning = this.resolve(given);
    const { constant } = meaning.type === 'scalar' ? meaning.scalar : {};
    if (meaning.type !== 'scalar' || constant === undefined) {
      throw new Refusal(`expected a constant, found ${describe(meaning)}`);
    }
    return { ...meaning.scalar, constant };
  }

  reduction(meaning: Meaning): Reduction {
    const found = REDUCTIONS.find((name) => meaning.type === 'text' && meaning.text === name);
    if (found !== undefined) return found;
    throw new Refusal(`a reduction is "mean", "max" or "min", not ${describe(meaning)}`);
  }

  callable(meaning: Meaning): Callable {
    if (meaning.type === 'function') return meaning.function;
    throw new Refusal(`expected a function, found ${describe(this.resolve(meaning))}`);
  }

  /** What a function gives for one value of each sequence. */
  functionOf(meaning: Meaning, sequences: readonly SequenceOperation[]): Scalar {
    const found = this.callable(meaning);
    const values = sequences.map(({ kind }, i) => argument(i === 0 ? 'x' : 'y', kind));
    const missing = found.parameters.slice(values.length).filter(({ byDefault }) => byDefault === undefined);
    if (found.parameters.length < values.length || missing.length > 0) {
      throw new Refusal(
        `${found.name} is called with ${values.length === 1 ? 'one value' : 'two values'}, and takes ${found.parameters.length}`,
      );
    }
    const others = found.parameters.slice(values.length).map(({ byDefault }) => byDefault!);
    const result = this.resolve(found.call([...values, ...others]));
    if (result.type === 'scalar') return result.scalar;
    throw new Refusal(
      `${found.name} must give a value for the values of one place, and gives ${describe(result)}: sequences are not looked into there`,
    );
  }

  #numberOf(text: string): number {
    const code = this.#codeOf(text);
    if (code !== undefined) return code;
    throw new Refusal(`the token ${quote(text)} has no number; alphabet ${quote(text)} = -1; gives it one`);
  }
}

const argument = (which: 'x' | 'y', kind: Kind): Meaning => ({
  type: 'scalar',
  scalar: argumentOf(which, kind),
});

/** A meaning in words. */
export function describe(meaning: Meaning): string {
  switch (meaning.type) {
    case 'scalar':
      return meaning.scalar.constant === undefined ? 'a value of one place' : `${meaning.scalar.constant}`;
    case 'text':
      return `the text ${quote(meaning.text)}`;
    case 'sequence':
      return meaning.operation.kind === 'index' ? 'a sequence of indices' : 'a sequence';
    case 'selector':
      return 'a selector';
    case 'function':
      return `the function ${meaning.function.name}`;
  }
}
