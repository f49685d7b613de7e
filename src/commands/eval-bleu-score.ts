// From what `tx eval-bleu` was given to figures: statistics of every system under every metric, scores, tests.
import type { Score } from '../metrics/metric.ts';
import type { SegmentStatistics } from '../metrics/segment-statistics.ts';
import { sumSegments } from '../metrics/segment-statistics.ts';
import type { SystemResult } from '../metrics/significance-results.ts';
import { computeScores, type Scores } from '../report/scores.ts';
import type { Log } from '../util/log.ts';
import type { Material } from './eval-bleu-input.ts';
import type { MetricChoice } from './eval-bleu-metrics.ts';
import { runTest, type Test } from './eval-bleu-significance.ts';
import { TaskBar } from './progress.ts';

export interface Scored {
  material: Material;
  choice: MetricChoice;
  /** `statistics[s][m]` and `results[s][m]`: system s under metric m. */
  statistics: SegmentStatistics[][];
  results: Score[][];
  /** The same for tables. */
  scores: Scores;
  test: Test | undefined;
  /** `significance[m]`, if there was a test. */
  significance: SystemResult[][] | undefined;
}

/** Scores every system under every metric and runs the test; a bar on `log` shows what takes long. */
export function scoreMaterial(
  material: Material,
  choice: MetricChoice,
  test: Test | undefined,
  log: Log,
): Scored {
  const { corpus } = material;
  const { metrics } = choice;
  const bar = new TaskBar(log);
  try {
    const prepared = metrics.map((metric) => metric.prepare(corpus.refs));
    let done = 0;
    const statistics = corpus.systems.map(({ hyps }) =>
      prepared.map((references) => {
        const segments = references.computeSegments(hyps);
        bar.update('scoring', ++done, corpus.systems.length * metrics.length);
        return segments;
      }),
    );
    const results = statistics.map((system) =>
      system.map((segments, m) => metrics[m]!.computeScore(sumSegments(segments))),
    );
    const significance =
      test &&
      metrics.map((metric, m) =>
        runTest(
          test,
          metric,
          corpus.systems.map(({ name }, s) => ({ name, statistics: statistics[s]![m]! })),
          (sampled, total) => bar.update('testing', m * total + sampled, metrics.length * total),
        ),
      );
    const scores = computeScores(corpus, metrics, statistics);
    return { material, choice, statistics, results, scores, test, significance };
  } finally {
    bar.stop();
  }
}
