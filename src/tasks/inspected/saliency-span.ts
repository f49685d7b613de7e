// Saliency of a parser by a chart: what is explained is the score of a label for a span of words.
import { gather } from '../../graph/ops/indexing.ts';
import { reshape } from '../../graph/ops/shape.ts';
import { Tensor } from '../../runtime/session.ts';
import { spanIndex } from '../../trees/chart.ts';
import { UsageError } from '../../util/errors.ts';
import { quote } from '../../util/quote.ts';
import type { ReadInput, Spanning } from './model.ts';
import { checkClass, type SaliencyRequest, type SaliencyTarget, type Undecided } from './saliency-target.ts';
import { vectorOf } from './told.ts';

/** A UsageError for a span that the sentence has not, or a label that the run does not know. */
export function chooseSpan(
  { labels, build }: Spanning,
  { spans }: ReadInput,
  { at, token, class: name, span }: SaliencyRequest,
): SaliencyTarget | Undecided {
  if (at !== undefined || token !== undefined)
    throw new UsageError(
      '--at and --token are for models that tell tokens; a parser by a chart takes --span',
    );
  const { words, feeds, blank, beside } = spans!;
  const [from, to] = readSpan(span, words.length);
  const row = spanIndex(from, to);
  if (name !== undefined) checkClass(labels, name);
  const text = words.slice(from, to).join(' ');
  const target = (k: number): SaliencyTarget => ({
    of: `${labels[k]} over words ${from + 1} to ${to} ${quote(text)}`,
    what: 'score',
    feeds,
    blank,
    beside: (rows) => ({
      ...beside,
      pooling: copied(beside.pooling!, rows),
      span: vectorOf([row]),
      class: vectorOf([k]),
    }),
    build: (scope) => {
      const [own, label] = ['span', 'class'].map((input) => scope.graph.input(input, 'int32', [1]));
      return reshape(gather(gather(build(scope), own!, 1), label!, 2), ['B']);
    },
  });
  if (name !== undefined) return target(labels.indexOf(name));
  const count = labels.length;
  return { build, feeds: { ...feeds, ...beside }, from: row * count, count, target };
}

/** `2-4`: words from 1, as places [from, to) from 0. */
function readSpan(span: string | undefined, words: number): [from: number, to: number] {
  if (span === undefined) return [0, words];
  const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(span) ?? [];
  const [from, to] = [Number(first) - 1, Number(last)];
  if (first !== undefined && from >= 0 && from < to && to <= words) return [from, to];
  throw new UsageError(`--span expects words from 1 to ${words}, such as 1-${words}, not ${quote(span)}`);
}

/** The one row of a tensor so many times. */
function copied({ data, dims }: Tensor, rows: number): Tensor {
  const all = new Float32Array(rows * data.length);
  for (let b = 0; b < rows; b++) all.set(data as Float32Array, b * data.length);
  return new Tensor('float32', all, [rows, ...dims.slice(1)]);
}
