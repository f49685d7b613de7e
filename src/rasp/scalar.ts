// What is computed at one place, from at most two values there: constants, arithmetic, comparison, choice. The rules on
// types are here: an index tells a place and not a value, so it is compared with indices and moved by steps of one.
import { bounded, Refusal } from './refusal.ts';
import type { Operator } from './syntax.ts';

/**
 * What a place holds: an integer, a truth (0 or 1, an integer too), the number of a place, or one of the numbers that are
 * written in the program, which may be a value or an index.
 */
export type Kind = 'value' | 'bool' | 'index' | 'literal';

/** A function of x and y; a constant, of neither. */
export interface Scalar {
  readonly kind: Kind;
  readonly constant: number | undefined;
  /** The function in words, such as `(x > y)`; equal for equal functions. */
  readonly key: string;
  /** How many rules it consists of. */
  readonly size: number;
  readonly run: (x: number, y: number) => number;
}

/** Most rules of a function. */
const MAX_SIZE = 1000;

const NO_ARITHMETIC =
  'RASP-L has no arithmetic on indices but steps of one (i + 1, i - 1) and comparison: what else is learned of places in short inputs need not hold in long ones';
const NO_MIXING =
  'RASP-L tells indices from values: an index says where a token stands, a value what stands there, so one is not compared with, or taken for, the other';

export const constantOf = (constant: number, isTruth = false): Scalar => ({
  kind: isTruth ? 'bool' : 'literal',
  constant,
  key: String(constant),
  size: 1,
  run: () => constant,
});

/** The first or second argument of a function of places of this kind. */
export const argumentOf = (which: 'x' | 'y', kind: Kind): Scalar => ({
  kind,
  constant: undefined,
  key: which,
  size: 1,
  run: which === 'x' ? (x) => x : (_, y) => y,
});

const RULES: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  or: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
  and: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  '==': (a, b) => (a === b ? 1 : 0),
  '!=': (a, b) => (a !== b ? 1 : 0),
  '<': (a, b) => (a < b ? 1 : 0),
  '<=': (a, b) => (a <= b ? 1 : 0),
  '>': (a, b) => (a > b ? 1 : 0),
  '>=': (a, b) => (a >= b ? 1 : 0),
  '+': (a, b) => bounded(a + b),
  '-': (a, b) => bounded(a - b),
  '*': (a, b) => bounded(a * b),
  // As in Python: rounded down, and the remainder has the divisor's sign.
  '//': (a, b) => Math.floor(a / nonZero(b)),
  '%': (a, b) => a - b * Math.floor(a / nonZero(b)),
};

function nonZero(divisor: number): number {
  if (divisor === 0) throw new Refusal('division by 0');
  return divisor;
}

export function binary(operator: Operator, a: Scalar, b: Scalar): Scalar {
  const rule = RULES[operator];
  const kind = kindOf(operator, a, b);
  // Most predicates are a bare operator, and are asked of all pairs of places.
  const run =
    a.key === 'x' && b.key === 'y' ? rule : (x: number, y: number) => rule(a.run(x, y), b.run(x, y));
  return make(kind, `(${a.key} ${operator} ${b.key})`, [a, b], run);
}

export const negative = (a: Scalar): Scalar =>
  make(kindOf('*', a, a), `(-${a.key})`, [a], (x, y) => -a.run(x, y));

export const negation = (a: Scalar): Scalar =>
  make(kindOf('and', a, a), `(not ${a.key})`, [a], (x, y) => (a.run(x, y) === 0 ? 1 : 0));

/** `yes` where the condition holds, else `no`. */
export function choice(condition: Scalar, yes: Scalar, no: Scalar): Scalar {
  kindOf('and', condition, condition);
  const key = `(${yes.key} if ${condition.key} else ${no.key})`;
  return make(commonKind(yes, no), key, [condition, yes, no], (x, y) =>
    (condition.run(x, y) === 0 ? no : yes).run(x, y),
  );
}

/** The kind of places that hold either of two; a Refusal where one is an index and the other a value. */
function commonKind(a: Scalar, b: Scalar): Kind {
  if (a.kind === b.kind) return a.kind;
  const kinds = [a.kind, b.kind];
  if (!kinds.includes('index')) return 'value';
  if (kinds.includes('literal')) return 'index';
  throw new Refusal(NO_MIXING);
}

function kindOf(operator: Operator, a: Scalar, b: Scalar): Kind {
  switch (operator) {
    case 'or':
    case 'and':
      if (a.kind === 'index' || b.kind === 'index') throw new Refusal('an index is neither true nor false');
      return 'bool';
    case '+':
    case '-':
    case '*':
    case '//':
    case '%':
      if (a.kind !== 'index' && b.kind !== 'index') return 'value';
      if (isStep(operator, a, b)) return 'index';
      throw new Refusal(NO_ARITHMETIC);
    default:
      commonKind(a, b);
      return 'bool';
  }
}

/** i + 1, 1 + i or i - 1. */
const isStep = (operator: Operator, a: Scalar, b: Scalar): boolean =>
  (operator === '+' && a.constant === 1) || (['+', '-'].includes(operator) && b.constant === 1);

function make(kind: Kind, key: string, parts: readonly Scalar[], run: Scalar['run']): Scalar {
  const size = 1 + parts.reduce((sum, part) => sum + part.size, 0);
  if (size > MAX_SIZE) throw new Refusal(`a function of more than ${MAX_SIZE} operations at one place`);
  if (parts.every((part) => part.constant !== undefined)) return constantOf(run(0, 0), kind === 'bool');
  return { kind, constant: undefined, key, size, run };
}
