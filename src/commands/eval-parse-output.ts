// What `tx eval-parse` prints and writes: EVALB's table of one parser, figures of several, JSON, a page.
import type { SystemResult } from '../metrics/significance-results.ts';
import { toSacrebleuJson } from '../metrics/significance-results.ts';
import type { Scores } from '../report/scores.ts';
import { formatScoreTable } from '../report/table.ts';
import { analyzeTrees } from '../tree-report/analysis.ts';
import { bracketMetrics, bracketScores, bracketStatistics } from '../tree-report/bracket-metrics.ts';
import { type SentenceResult, summarize } from '../trees/evalb.ts';
import type { SentenceText } from '../trees/evalb-files.ts';
import type { EvalbParameters } from '../trees/evalb-parameters.ts';
import { writeFileAtomic } from '../util/files.ts';
import { describeTest, runTest, signMetrics, type Test } from './eval-bleu-significance.ts';

/** What a parser's trees came to. */
export interface ScoredParser {
  name: string;
  pairs: readonly (readonly [gold: SentenceText, test: SentenceText])[];
  results: readonly SentenceResult[];
}

/** Figures of all parsers, and what a test said about each metric. */
export interface ParserScores {
  scores: Scores;
  significance: SystemResult[][] | undefined;
  test: Test | undefined;
}

/** `signature` tells EVALB's parameters. */
export function scoreParsers(
  parsers: readonly ScoredParser[],
  signature: string,
  test: Test | undefined,
): ParserScores {
  const statistics = parsers.map(({ results }) => bracketStatistics(results));
  const systems = parsers.map(({ name }, s) => ({ name, statistics: statistics[s]! }));
  const significance = test && bracketMetrics.map((metric) => runTest(test, metric, systems, () => {}));
  const metrics = bracketMetrics.map(({ label }) => ({ label, signature, lowerIsBetter: false }));
  const scores = {
    systems: parsers.map(({ name }) => name),
    metrics: [...signMetrics(metrics, test)],
    scores: statistics.map(bracketScores),
  };
  return { scores, significance, test };
}

export const formatParsers = ({ scores, significance }: ParserScores): string =>
  formatScoreTable(scores, { significance });

/** The page, whole or not at all. */
export async function writePage(
  path: string,
  parsers: readonly ScoredParser[],
  { scores, significance, test }: ParserScores,
  parameters: EvalbParameters,
): Promise<void> {
  const { renderTreesPage } = await import('../tree-report/page.ts');
  const outputs = parsers.map(({ name, pairs, results }) => ({
    name,
    results,
    texts: pairs.map(([gold, own]) => [gold.text, own.text] as const),
  }));
  const analysis = analyzeTrees(outputs, parameters);
  const title = parsers.length === 1 ? `Parse trees of ${parsers[0]!.name}` : 'Parsers compared';
  const note = test && describeTest(test);
  writeFileAtomic(path, renderTreesPage({ title, outputs, analysis, scores, significance, note }));
}

/** An object, or of several parsers a list of them. */
export function formatJson(
  parsers: readonly ScoredParser[],
  { significance }: ParserScores,
  parameters: EvalbParameters,
  perSentence: boolean,
): string {
  const objects = parsers.map(({ name, pairs, results }, s) => {
    const { all, upToCutoff } = summarize(results, parameters);
    const sentences = pairs.map(([{ line }], at) => {
      const { goldSentence: _, testSentence: __, differences: ___, ...result } = results[at]!;
      return { line, ...result };
    });
    return {
      ...(parsers.length > 1 && { name }),
      all,
      upToCutoff: { cutoff: parameters.cutoffLength, ...upToCutoff },
      ...(significance && { f1: toSacrebleuJson(significance[0]![s]!) }),
      ...(perSentence && { sentences }),
    };
  });
  return `${JSON.stringify(objects.length === 1 ? objects[0] : objects, null, 1)}\n`;
}
