// A grammar over token classes (trees/linearize-grammar.ts) inside the search: two counters a hypothesis, the depth and
// the words left, and a row of comparisons for each rule. Where the target is aligned with the source, source tokens
// are slots besides: the first piece of a word takes a token of the grammar, every other piece the filler.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Graph, Value } from '../graph/graph.ts';
import {
  add,
  and,
  cast,
  equal,
  greater,
  greaterOrEqual,
  lessOrEqual,
  not,
  or,
  sub,
  where,
} from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { reduceMax, reduceSum } from '../graph/ops/reduce.ts';
import { concat, expand, full, reshape, unsqueeze } from '../graph/ops/shape.ts';
import { END, type Grammar, type GrammarRow } from '../trees/linearize-grammar.ts';
import type { Constraint } from './constraint.ts';

/** What a source token is to a target that is aligned with it. */
export const SLOT = { word: 0, piece: 1, end: 2 } as const;

export interface GrammarTokens {
  grammar: Grammar;
  /** The class of each target id; undefined is never produced. */
  classes: readonly (string | undefined)[];
  /** The slot of each source id; the word slots of a sentence are its words. */
  slots: readonly number[];
  /** The target id for piece slots; undefined where the target is not aligned. */
  filler: number | undefined;
}

/** Added to the logits of what must not be: no search returns what has such a token. */
const FORBIDDEN = Number.NEGATIVE_INFINITY;

/**
 * Only sequences of the grammar, for as many words as the source has. Where the vocabulary lacks every class that the
 * grammar asks for, anything may come.
 */
export function buildGrammarConstraint({ grammar, classes, slots, filler }: GrammarTokens): Constraint {
  const names: (string | undefined)[] = [...new Set(grammar.map((row) => row.class))];
  const indexOf = (name: string | undefined) => names.indexOf(name);
  const changes = names.map((name) => grammar.find((row) => row.class === name)!);
  const tableOf = (graph: Graph, value: (row: GrammarRow) => number) =>
    integers(
      graph,
      classes.map((name) => (indexOf(name) < 0 ? 0 : value(changes[indexOf(name)]!))),
    );
  // Which ids each rule allows, and in the last row those that piece slots take.
  const allows = [
    ...grammar.map((row) => classes.map((name) => (name === row.class ? 1 : 0))),
    classes.map((_, id) => (id === filler ? 1 : 0)),
  ];
  return (graph, src, hypotheses) => {
    const batch = src.shape[0]!;
    const rows = mulDims(batch, hypotheses);
    const perHypothesis = (x: Value) => reshape(expand(x, [batch, hypotheses] as Dim[]), [rows, 1]);
    const slotOf = gather(integers(graph, slots), src);
    const words = reduceSum(cast(equal(slotOf, SLOT.word), 'int64'), [1], true);
    const classOf = integers(graph, classes.map(indexOf));
    return {
      state: [
        { name: 'depth', initial: full(graph, [rows, 1], 0, 'int64'), shape: [rows, 1] },
        { name: 'wordsLeft', initial: perHypothesis(words), shape: [rows, 1] },
      ],
      step: (tokens, position, state) => {
        const last = unsqueeze(tokens, [1]);
        const depth = add(
          state[0]!,
          gather(
            tableOf(graph, (row) => row.depth),
            last,
          ),
        );
        const left = add(
          state[1]!,
          gather(
            tableOf(graph, (row) => row.left),
            last,
          ),
        );
        const lastClass = gather(classOf, last);
        const slot = filler === undefined ? undefined : perHypothesis(gather(slotOf, position, 1));
        const conditions = grammar.map((row) => {
          // The end of an aligned target is where the source ends, whatever came before.
          if (slot !== undefined && row.class === END) return equal(slot, SLOT.end);
          const bounds = boundsOf(row, { depth, left, lastClass }, indexOf);
          if (slot !== undefined) bounds.push(equal(slot, SLOT.word));
          return bounds.reduce((a, b) => and(a, b));
        });
        const none = full(graph, [rows, 1], 0, 'float32');
        const flags = conditions.map((condition) => cast(condition, 'float32'));
        const piece = slot === undefined ? none : cast(equal(slot, SLOT.piece), 'float32');
        const table = graph.constant(
          Float32Array.from(allows.flat()),
          [allows.length, classes.length],
          'float32',
        );
        const permissions = matMul(concat([...flags, piece], 1), table);
        const isStuck = equal(reduceMax(permissions, [1]), 0);
        const bias = where(or(greater(permissions, 0), isStuck), none, FORBIDDEN);
        return { bias, state: [depth, left] };
      },
    };
  };
}

/** The comparisons of a rule, one at least. */
function boundsOf(
  { when }: GrammarRow,
  { depth, left, lastClass }: { depth: Value; left: Value; lastClass: Value },
  indexOf: (name: string) => number,
): Value[] {
  const { minDepth = 0, maxDepth, minLeft, maxLeft, maxExcess, notAfter } = when;
  return [
    greaterOrEqual(depth, minDepth),
    ...(maxDepth === undefined ? [] : [lessOrEqual(depth, maxDepth)]),
    ...(minLeft === undefined ? [] : [greaterOrEqual(left, minLeft)]),
    ...(maxLeft === undefined ? [] : [lessOrEqual(left, maxLeft)]),
    ...(maxExcess === undefined ? [] : [lessOrEqual(sub(depth, left), maxExcess)]),
    ...(notAfter === undefined ? [] : [not(equal(lastClass, indexOf(notAfter)))]),
  ];
}

const integers = (graph: Graph, values: readonly number[]): Value =>
  graph.constant(values, [values.length], 'int64');
