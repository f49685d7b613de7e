// Operators on meanings: of numbers they are computed at once, of sequences they are tok_map and seq_map.
import type { Workplace } from './builtins.ts';
import { describe, type Meaning, sequenceMeaning } from './meaning.ts';
import type { SequenceOperation } from './operations.ts';
import { Refusal } from './refusal.ts';
import { argumentOf, binary, constantOf, negation, negative, type Scalar } from './scalar.ts';
import type { Operator } from './syntax.ts';

export const unaryMeaning = (place: Workplace, operator: '-' | 'not', given: Meaning): Meaning =>
  mapPlaces(place, [given], ([x]) => (operator === '-' ? negative(x!) : negation(x!)));

export function binaryMeaning(place: Workplace, operator: Operator, left: Meaning, right: Meaning): Meaning {
  const move = moveOf(place, operator, left, right);
  if (move === undefined) return mapPlaces(place, [left, right], ([x, y]) => binary(operator, x!, y!));
  let { index } = move;
  const sign = move.count > 0 ? '+' : '-';
  for (let taken = 0; taken < Math.abs(move.count); taken++) {
    index = mapPlaces(place, [index], ([x]) => binary(sign, x!, constantOf(1)));
  }
  return index;
}

/** An index and how far a constant moves it: that many steps of one. */
function moveOf(
  { read }: Workplace,
  operator: Operator,
  left: Meaning,
  right: Meaning,
): { index: Meaning; count: number } | undefined {
  const [a, b] = [read.resolve(left), read.resolve(right)];
  const isIndex = (one: Meaning) => one.type === 'sequence' && one.operation.kind === 'index';
  const constant = (one: Meaning) => (one.type === 'scalar' ? one.scalar.constant : undefined);
  const [ofLeft, ofRight] = [constant(a), constant(b)];
  if (operator === '+' && ofLeft !== undefined && isIndex(b)) return { index: b, count: ofLeft };
  if (ofRight === undefined || !isIndex(a)) return undefined;
  if (operator === '+') return { index: a, count: ofRight };
  return operator === '-' ? { index: a, count: -ofRight } : undefined;
}

/** A function of one place: of scalars one of them, of sequences a sequence. */
function mapPlaces(
  { operations, read, origin }: Workplace,
  given: readonly Meaning[],
  f: (scalars: Scalar[]) => Scalar,
): Meaning {
  const sequences: SequenceOperation[] = [];
  const scalars = given.map((one) => {
    const meaning = read.resolve(one);
    if (meaning.type === 'scalar') return meaning.scalar;
    if (meaning.type === 'sequence') {
      sequences.push(meaning.operation);
      return argumentOf(sequences.length === 1 ? 'x' : 'y', meaning.operation.kind);
    }
    const why =
      meaning.type === 'selector' ? '; selectors are not combined: RASP-L selects by one predicate' : '';
    throw new Refusal(`expected values, found ${describe(meaning)}${why}`);
  });
  if (sequences.length === 0) return { type: 'scalar', scalar: f(scalars) };
  if (scalars.filter(({ constant }) => constant === undefined).length > sequences.length) {
    throw new Refusal('a function of one place has its own values alone: no sequence is looked into there');
  }
  return sequenceMeaning(operations.map(f(scalars), sequences, origin));
}
