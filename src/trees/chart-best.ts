// The best trees of a chart, one after another: Huang and Chiang 2005, "Better k-best Parsing", algorithm 3. What is on
// the way to a tree has its own best derivations, found only as far as trees ask for them; every tree has one derivation
// (chart.ts), so all of them are different trees.
import { PriorityQueue } from '../util/priority-queue.ts';
import { type BestChart, bestChart, type ChartScores, type ChartSpan, spanIndex } from './chart.ts';

/**
 * A way to cover a span: of a list the split and the ranks of the two parts; of what may have a label the rank of the
 * list and that of the label.
 */
interface Derivation {
  score: number;
  /** Of a list where its first child ends; 0 of what may have a label. */
  split: number;
  first: number;
  second: number;
  /** Equal scores are taken in this order. */
  order: number;
}

/** Children of at least two, a constituent, or a word or rest that need not be one. */
type Kind = 'list' | 'node' | 'optional';

interface Agenda {
  found: Derivation[];
  open: PriorityQueue<Derivation>;
  pushed: number;
}

interface Label {
  /** Below 0 for none. */
  label: number;
  score: number;
}

const before = (a: Derivation, b: Derivation): boolean =>
  a.score > b.score || (a.score === b.score && a.order < b.order);

/** At most `count` ≥ 1 trees, the best first, each as bestSpans has one. */
export function nBestSpans(chart: ChartScores, count: number): ChartSpan[][] {
  const search = new Search(chart);
  const trees: ChartSpan[][] = [];
  while (trees.length < count) {
    const tree = search.tree(trees.length);
    if (tree === undefined) break;
    trees.push(tree);
  }
  return trees;
}

class Search {
  readonly #chart: ChartScores;
  readonly #best: BestChart;
  readonly #agendas = { list: new Map(), node: new Map(), optional: new Map() } as Record<
    Kind,
    Map<number, Agenda>
  >;
  readonly #labels = { node: new Map(), optional: new Map() } as Record<
    Exclude<Kind, 'list'>,
    Map<number, Label[]>
  >;

  constructor(chart: ChartScores) {
    this.#chart = chart;
    this.#best = bestChart(chart);
  }

  /** The tree of a rank, from 0; undefined where there are not so many. */
  tree(rank: number): ChartSpan[] | undefined {
    const { words: n } = this.#chart;
    if (this.#derive('node', 0, n, rank) === undefined) return undefined;
    const spans: ChartSpan[] = [];
    const todo: [kind: Kind, i: number, j: number, rank: number][] = [['node', 0, n, rank]];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const [kind, i, j, own] = next;
      const { split, first, second } = this.#derive(kind, i, j, own)!;
      if (kind === 'list') {
        todo.push(['optional', split, j, second], [childKind(i, split), i, split, first]);
      } else {
        const { label } = this.#labelsOf(kind, i, j)[second]!;
        if (label >= 0) spans.push({ start: i, end: j, label });
        if (j - i > 1) todo.push(['list', i, j, first]);
      }
    }
    return spans;
  }

  #derive(kind: Kind, i: number, j: number, rank: number): Derivation | undefined {
    const agenda = this.#agendaOf(kind, i, j);
    while (agenda.found.length <= rank) {
      const next = agenda.open.pop();
      if (next === undefined) return undefined;
      agenda.found.push(next);
      // Each pair of ranks is reached in one way: the second rises first, the first only where the second is 0.
      this.#push(agenda, kind, i, j, { ...next, second: next.second + 1 });
      if (next.second === 0) this.#push(agenda, kind, i, j, { ...next, first: next.first + 1 });
    }
    return agenda.found[rank];
  }

  #agendaOf(kind: Kind, i: number, j: number): Agenda {
    const at = spanIndex(i, j);
    const known = this.#agendas[kind].get(at);
    if (known !== undefined) return known;
    const agenda: Agenda = { found: [], open: new PriorityQueue(before), pushed: 0 };
    this.#agendas[kind].set(at, agenda);
    if (kind === 'list') {
      const { child, rest } = this.#best;
      const width = this.#chart.words + 1;
      for (let k = i + 1; k < j; k++) {
        const score = child[i * width + k]! + rest[j * width + k]!;
        agenda.open.push({ score, split: k, first: 0, second: 0, order: agenda.pushed++ });
      }
    } else this.#push(agenda, kind, i, j, { split: 0, first: 0, second: 0 });
    return agenda;
  }

  #push(
    agenda: Agenda,
    kind: Kind,
    i: number,
    j: number,
    { split, first, second }: Pick<Derivation, 'split' | 'first' | 'second'>,
  ): void {
    const score =
      kind === 'list'
        ? this.#sum(
            this.#derive(childKind(i, split), i, split, first)?.score,
            this.#derive('optional', split, j, second)?.score,
          )
        : this.#sum(this.#inner(i, j, first), this.#labelsOf(kind, i, j)[second]?.score);
    if (score !== undefined) agenda.open.push({ score, split, first, second, order: agenda.pushed++ });
  }

  /** Of a word there is one way to have nothing in it. */
  #inner(i: number, j: number, rank: number): number | undefined {
    if (j - i === 1) return rank === 0 ? 0 : undefined;
    return this.#derive('list', i, j, rank)?.score;
  }

  #sum = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : a + b;

  /** The best first; no label before one that is as good. */
  #labelsOf(kind: 'node' | 'optional', i: number, j: number): Label[] {
    const at = spanIndex(i, j);
    const known = this.#labels[kind].get(at);
    if (known !== undefined) return known;
    const { labels, scores } = this.#chart;
    const all = Array.from({ length: labels }, (_, label) => ({
      label,
      score: scores[at * labels + label]!,
    }));
    if (kind === 'optional') all.unshift({ label: -1, score: 0 });
    all.sort((a, b) => b.score - a.score);
    this.#labels[kind].set(at, all);
    return all;
  }
}

/** A child of more than a word is a constituent. */
const childKind = (i: number, j: number): Kind => (j - i > 1 ? 'node' : 'optional');
