// The margin between whole trees over scored spans (Stern et al. 2017, section 4.2; Kitaev and Klein 2018): with s(T) the
// sum of the scores of T's labelled spans and Δ(T′, T) the number of spans whose label, none being one, is not the same,
//   loss = max(0, max over T′ of [s(T′) + Δ(T′, T)] − s(T)).
// Δ is a sum over the spans of T′ and a constant, so that a chart finds T′. The search is in TypeScript, over the scores of
// a pass forward; the graph with the gradient then scores the spans of T′ and T alone, some 4 a word.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, mul, relu, sub } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { reduceSum } from '../graph/ops/reduce.ts';
import { pad, reshape, slice } from '../graph/ops/shape.ts';
import type { EncoderOnly } from '../models/model.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { bestSpans, type ChartSpan, countSpans, spanIndex } from '../trees/chart.ts';
import type { Objective } from './objective.ts';
import { biased, NO_LABEL, placeRows, type SpanOptions, spanInputs, spanScores } from './spans.ts';
import { packingInputs } from './text-vectors.ts';
import { classesOfHidden, encodeWords, learnClasses, packedWordInputs } from './tree-words.ts';

/** Spans of both trees a word and end of a sentence at most: a tree of n words has 2n − 1, as none has its words twice. */
const SPANS = 4;

/**
 * Batches are those of spanCrossEntropy. The spans of both trees, `starts`, `stops` and `classes` int32 and `signs` float32
 * [B, 4W], 1 for T′ and −1 for T, and `distance` [B], which is Δ, are found. The loss is a mean over words, as that of
 * tags is.
 */
export function spanMargin(model: EncoderOnly, options: SpanOptions): Objective {
  const words = { per: 'words' } as const;
  const told = { dtype: 'int32', shape: ['B', mulDims('W', SPANS)] } as const;
  const { hidden, numLabels, tagWeight } = options;
  return {
    inputs: {
      ...packedWordInputs(options),
      tags: { dtype: 'int32', shape: ['B', 'W'] },
      starts: told,
      stops: told,
      classes: told,
      signs: { ...told, dtype: 'float32' },
      distance: { dtype: 'float32', shape: ['B'] },
    },
    terms: { marginLoss: { ...words, scale: 1 }, tagLoss: { ...words, scale: tagWeight } },
    statistics: { tagAccuracy: { ...words, direction: 'max' } },
    signature: `spans|loss:margin|tagWeight:${tagWeight}`,
    search: {
      inputs: { ...spanInputs(options), ...packingInputs },
      scores: (scope, inputs) => ({ scores: spanScores(scope, model, inputs, options).scores }),
      find: ({ scores }, { labels }) => findViolators(scores!, labels!),
    },
    build: (scope, { tags, starts, stops, classes, signs, distance, ...inputs }) => {
      const encoded = encodeWords(scope, model, inputs, options);
      const [batch, count] = encoded.words.shape as [Dim, Dim];
      // W places, of which the last, behind the sentence's end, is no span's.
      const padded = pad(encoded.words, [0, 0, 0], [0, 1, 0]);
      const places = reshape(placeRows(scope, padded, count, hidden), [mulDims(batch, count), hidden]);
      const rows = mulDims(batch, count, SPANS);
      const flat = (x: Value) => reshape(x, [rows]);
      const differences = sub(gather(places, flat(stops!)), gather(places, flat(starts!)));
      const spans = classesOfHidden(scope.at('spans'), biased(scope, differences), 1 + numLabels);
      const none = (table: Value) => slice(table, 0, NO_LABEL, NO_LABEL + 1);
      const beyond = (table: Value) => sub(gather(table, flat(classes!)), none(table));
      // log p(label) − log p(none) of each span.
      const score = add(reduceSum(mul(spans.rows, beyond(spans.table)), [1], false), beyond(spans.bias));
      const signed = mul(reshape(score, [batch, mulDims(count, SPANS)]), signs!);
      const margins = add(reduceSum(signed, [1], false), distance!);
      const ofTags = learnClasses(encoded.tags, tags!, true);
      return {
        marginLoss: reduceSum(relu(margins), [0], false),
        tagLoss: ofTags.nll,
        tagAccuracy: ofTags.hits!,
      };
    },
  };
}

/** Of scores [B, M, L] and gold `labels` [B, M], classes of spans, those of the two trees that differ. */
function findViolators(scores: TensorData, labels: TensorData): Record<string, TensorData> {
  const [B, M, L] = scores.dims as [number, number, number];
  const most = wordsOf(M);
  const W = most + 2;
  const K = SPANS * W;
  const int32 = () => ({ dtype: 'int32', dims: [B, K], data: new Int32Array(B * K) }) as const;
  const [starts, stops, classes] = [int32(), int32(), int32()];
  const signs = new Float32Array(B * K);
  const distance = new Float32Array(B);
  for (let b = 0; b < B; b++) {
    const gold = (labels.data as Int32Array).subarray(b * M, (b + 1) * M);
    // Spans of padding have no class, nor have those of labels that are not known.
    const words = wordsOf(gold.findLastIndex((label) => label >= NO_LABEL) + 1);
    if (words === 0) continue;
    const own = (scores.data as Float32Array).slice(b * M * L, (b * M + countSpans(words)) * L);
    const { violator, delta } = worstTree(own, gold, words, L);
    distance[b] = delta;
    let at = b * K;
    const put = ({ start, end, label }: ChartSpan, sign: number) => {
      starts.data[at] = b * W + start;
      stops.data[at] = b * W + end;
      classes.data[at] = 1 + label;
      signs[at++] = sign;
    };
    const same = ({ start, end, label }: ChartSpan) => gold[spanIndex(start, end)] === 1 + label;
    for (const span of violator) if (!same(span)) put(span, 1);
    const found = new Map(violator.map(({ start, end, label }) => [spanIndex(start, end), 1 + label]));
    for (let end = 1; end <= words; end++) {
      for (let start = 0; start < end; start++) {
        const index = spanIndex(start, end);
        if (gold[index]! > NO_LABEL && found.get(index) !== gold[index])
          put({ start, end, label: gold[index]! - 1 }, -1);
      }
    }
  }
  return {
    starts,
    stops,
    classes,
    signs: { dtype: 'float32', dims: [B, K], data: signs },
    distance: { dtype: 'float32', dims: [B], data: distance },
  };
}

/**
 * The tree T′ of the greatest s(T′) + Δ(T′, T), and Δ. With T's spans as a constant, what a span of T′ adds to Δ is 1 where
 * T has none there, 0 where it has another label, −1 where it has the same. `scores` are overwritten.
 */
function worstTree(
  scores: Float32Array,
  gold: Int32Array,
  words: number,
  labels: number,
): { violator: ChartSpan[]; delta: number } {
  let size = 0;
  for (let at = 0; at < countSpans(words); at++) {
    if (gold[at]! > NO_LABEL) {
      size++;
      scores[at * labels + gold[at]! - 1]! -= 1;
    } else for (let l = at * labels; l < (at + 1) * labels; l++) scores[l]! += 1;
  }
  const violator = bestSpans({ words, labels, scores });
  const added = violator.reduce((sum, { start, end, label }) => {
    const own = gold[spanIndex(start, end)]!;
    if (own <= NO_LABEL) return sum + 1;
    return own === 1 + label ? sum - 1 : sum;
  }, 0);
  return { violator, delta: size + added };
}

/** The words whose spans are so many, or the fewest that have as many. */
const wordsOf = (spans: number): number => Math.ceil((Math.sqrt(8 * spans + 1) - 1) / 2);
