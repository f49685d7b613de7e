// What a program says, as a tree: statements of expressions, each with its place in the text.
import type { Span } from './source.ts';

/** By how tightly they bind, from loosely to tightly; those of a row alike. */
export const OPERATORS = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '//', '%'],
] as const;
export type Operator = (typeof OPERATORS)[number][number];

export type Expression = Span & { readonly depth: number } & (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'truth'; readonly value: boolean }
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'name'; readonly name: string }
    /** An operator that stands for a function of two: select(k, q, ==). */
    | { readonly kind: 'operator'; readonly operator: Operator }
    | { readonly kind: 'unary'; readonly operator: '-' | 'not'; readonly operand: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: Operator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'choice';
        readonly condition: Expression;
        readonly yes: Expression;
        readonly no: Expression;
      }
    | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expression }
    | { readonly kind: 'call'; readonly callee: Expression; readonly given: readonly Argument[] }
  );

export interface Argument {
  readonly name: string | undefined;
  readonly value: Expression;
}

export interface Parameter {
  readonly name: string;
  readonly byDefault: Expression | undefined;
}

export interface Assignment extends Span {
  readonly kind: 'assignment';
  readonly name: string;
  readonly value: Expression;
}

export interface Definition extends Span {
  readonly kind: 'definition';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Assignment[];
  readonly result: Expression;
}

/** alphabet "+" = -2, "h*" = -100 - *; of a family the star stands for 0, 1, 2, … */
export interface TokenDeclaration extends Span {
  readonly text: string;
  readonly code: number;
  /** What the code grows by with the number in the star's place; undefined for a single token. */
  readonly step: 1 | -1 | undefined;
}

export type Statement =
  | Assignment
  | Definition
  | (Span & { readonly kind: 'alphabet'; readonly tokens: readonly TokenDeclaration[] })
  | (Span & { readonly kind: 'solves'; readonly generator: string; readonly options: readonly Argument[] })
  | (Span & {
      readonly kind: 'return';
      readonly value: Expression;
      readonly until: Expression | undefined;
    });
