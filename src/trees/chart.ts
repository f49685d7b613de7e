// The best tree over scored spans, and how sure it is. A tree's score is the sum of those of its labelled spans (Stern
// et al. 2017); what has no label scores 0 and is no part of the tree, so that trees of any breadth have one score.
// Every tree is derived in one way only, which makes sums over trees as exact as the maximum:
//   node(i, j) = label + list(i, j)          a constituent of at least two children; the whole is one
//   list(i, j) = child(i, k) + rest(k, j)    its first child, and the others
//   child      = node, or a word, which may have a label of its own
//   rest       = child or list
// O(n³) over n words, in typed arrays.

/** Where the span (i, j), words i to j − 1, stands: by ends, so that the spans of the first n words come first. */
export const spanIndex = (i: number, j: number): number => (j * (j - 1)) / 2 + i;

/** Spans of n words. */
export const countSpans = (n: number): number => (n * (n + 1)) / 2;

/** Scores of `labels` labels, from 0, of each span of `words` ≥ 1 words: [spans, labels], finite. */
export interface ChartScores {
  words: number;
  labels: number;
  scores: Float32Array | Float64Array;
}

/** A constituent by the number of its label. */
export interface ChartSpan {
  start: number;
  end: number;
  label: number;
}

/** Of every span the best label and its score, the best score of a child and of the rest of a list, and its best split. */
export interface BestChart extends ReturnType<typeof bestLabels> {
  /** [words + 1, words + 1]: by start and end. */
  child: Float64Array;
  /** The same by end and start, so that both are read one after another. */
  rest: Float64Array;
  splits: Int32Array;
}

/** By dynamic programming; of equal splits the first is the best. */
export function bestChart(chart: ChartScores): BestChart {
  const { words: n } = chart;
  const best = bestLabels(chart);
  const width = n + 1;
  const child = new Float64Array(width * width);
  const rest = new Float64Array(width * width);
  const splits = new Int32Array(countSpans(n));
  for (let j = 1; j <= n; j++) {
    for (let i = j - 1; i >= 0; i--) {
      const at = spanIndex(i, j);
      const own = best.score[at]!;
      let list = 0;
      if (j - i > 1) {
        list = Number.NEGATIVE_INFINITY;
        const [row, column] = [i * width, j * width];
        for (let k = i + 1; k < j; k++) {
          const sum = child[row + k]! + rest[column + k]!;
          if (sum > list) {
            list = sum;
            splits[at] = k;
          }
        }
      }
      const optional = list + Math.max(0, own);
      child[i * width + j] = j - i > 1 ? list + own : optional;
      rest[j * width + i] = optional;
    }
  }
  return { ...best, child, rest, splits };
}

/** The best tree's spans, each before those within it, from left to right. */
export function bestSpans(chart: ChartScores): ChartSpan[] {
  const { words: n } = chart;
  const { label, score, splits } = bestChart(chart);
  const spans: ChartSpan[] = [];
  // What is still to be read, the next on top; whether it must be a constituent.
  const todo: [i: number, j: number, isNode: boolean][] = [[0, n, true]];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [i, j, isNode] = next;
    const at = spanIndex(i, j);
    if (isNode || score[at]! > 0) spans.push({ start: i, end: j, label: label[at]! });
    if (j - i === 1) continue;
    const k = splits[at]!;
    todo.push([k, j, false], [i, k, k - i > 1]);
  }
  return spans;
}

/** The sum of the spans' scores. */
export const scoreOf = ({ labels, scores }: ChartScores, spans: readonly ChartSpan[]): number =>
  spans.reduce((sum, { start, end, label }) => sum + scores[spanIndex(start, end) * labels + label]!, 0);

function bestLabels({ words, labels, scores }: ChartScores) {
  const count = countSpans(words);
  const label = new Int32Array(count);
  const score = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const start = at * labels;
    let best = start;
    for (let l = start + 1; l < start + labels; l++) if (scores[l]! > scores[best]!) best = l;
    label[at] = best - start;
    score[at] = scores[best]!;
  }
  return { label, score };
}

/** Of all trees together, each with the probability exp(score) / Σ exp(scores). */
export interface TreeDistribution {
  /** log Σ exp(scores) over all trees. */
  logTotal: number;
  /** The probability that a tree has the constituent. */
  probability(span: ChartSpan): number;
}

/** By the inside algorithm and its gradient: d log Σ exp(scores) / d score of a span's label is its probability. */
export function treeDistribution(chart: ChartScores): TreeDistribution {
  const { words: n, labels, scores } = chart;
  const label = sumLabels(chart);
  const width = n + 1;
  const child = new Float64Array(width * width);
  const rest = new Float64Array(width * width);
  const list = new Float64Array(countSpans(n));
  for (let j = 1; j <= n; j++) {
    for (let i = j - 1; i >= 0; i--) {
      const at = spanIndex(i, j);
      const [row, column] = [i * width, j * width];
      let sum = 0;
      if (j - i > 1) {
        let most = Number.NEGATIVE_INFINITY;
        for (let k = i + 1; k < j; k++) most = Math.max(most, child[row + k]! + rest[column + k]!);
        for (let k = i + 1; k < j; k++) sum += Math.exp(child[row + k]! + rest[column + k]! - most);
        list[at] = most + Math.log(sum);
      }
      const optional = list[at]! + softplus(label[at]!);
      child[row + j] = j - i > 1 ? list[at]! + label[at]! : optional;
      rest[column + i] = optional;
    }
  }
  // Of each span: how often a tree has it as the constituent that a child must be, and as what may be one.
  const must = new Float64Array(countSpans(n));
  const may = new Float64Array(countSpans(n));
  must[spanIndex(0, n)] = 1;
  for (let j = n; j >= 1; j--) {
    for (let i = 0; i < j - 1; i++) {
      const at = spanIndex(i, j);
      const share = must[at]! + may[at]!;
      if (share === 0) continue;
      for (let k = i + 1; k < j; k++) {
        const part = share * Math.exp(child[i * width + k]! + rest[j * width + k]! - list[at]!);
        const first = k - i > 1 ? must : may;
        first[spanIndex(i, k)]! += part;
        may[spanIndex(k, j)]! += part;
      }
    }
  }
  return {
    logTotal: list[spanIndex(0, n)]! + label[spanIndex(0, n)]!,
    probability: ({ start, end, label: own }) => {
      const at = spanIndex(start, end);
      const node = must[at]! + may[at]! * sigmoid(label[at]!);
      return Math.min(1, node * Math.exp(scores[at * labels + own]! - label[at]!));
    },
  };
}

/** log Σ exp of each span's labels. */
function sumLabels({ words, labels, scores }: ChartScores): Float64Array {
  const sums = new Float64Array(countSpans(words));
  for (let at = 0; at < sums.length; at++) {
    const own = scores.subarray(at * labels, (at + 1) * labels);
    let most = Number.NEGATIVE_INFINITY;
    for (let l = 0; l < labels; l++) most = Math.max(most, own[l]!);
    let sum = 0;
    for (let l = 0; l < labels; l++) sum += Math.exp(own[l]! - most);
    sums[at] = most + Math.log(sum);
  }
  return sums;
}

/** log(1 + eˣ) */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
