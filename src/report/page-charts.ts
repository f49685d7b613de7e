// The report's sections of bar charts: scores by sentence length, words by their frequency, length ratios.
import type { ComponentChild } from 'preact';
import { formatCount } from '../util/format.ts';
import { renderChart } from './chart.ts';
import { type Page, renderSection, renderTabs } from './page-parts.ts';
import { showScore } from './show.ts';

export function renderLengths({ analysis, names }: Page): ComponentChild {
  const { byLength, metrics } = analysis;
  const groups = byLength.map(({ label, count }) => ({ label, note: formatCount(count) }));
  const tabs = metrics.map(({ label }, m) => ({
    label,
    panel: renderChart({
      title: `${label} by reference length`,
      groupTitle: 'Words',
      groups,
      series: names.map((name, s) => ({ name, values: byLength.map(({ scores }) => scores[s]![m]!) })),
      format: (value) => showScore(value, 1),
    }),
  }));
  return renderSection(
    'lengths',
    'By sentence length',
    'Do long sentences suffer? Each group holds the sentences whose first reference has so many words; below it, how many there are. Scores of few sentences say little.',
    renderTabs('length', 'Metric', tabs),
  );
}

export function renderWords({ analysis, names }: Page): ComponentChild {
  const { byFrequency, frequencySource } = analysis;
  const groups = byFrequency.map(({ label, count }) => ({ label, note: formatCount(count) }));
  const where = frequencySource === 'training' ? 'the training text' : 'the references';
  const measures = [
    ['F1', 'f1'],
    ['Recall', 'recall'],
    ['Precision', 'precision'],
  ] as const;
  const tabs = measures.map(([label, key]) => ({
    label,
    panel: renderChart({
      title: `${label} of words by their frequency in ${where}, in per cent`,
      groupTitle: 'Frequency',
      groups,
      series: names.map((name, s) => ({
        name,
        values: byFrequency.map(({ accuracies }) => 100 * accuracies[s]![key]),
      })),
      format: (value) => showScore(value, 1),
    }),
  }));
  return renderSection(
    'words',
    'By word frequency',
    `Are rare words right? Words are grouped by how often they occur in ${where}; below each group, how many words of the references are in it. Recall is the share of them that a system has in the same sentence, precision the share of its own words that are right, F1 their harmonic mean.`,
    renderTabs('word', 'Measure', tabs),
  );
}

export function renderRatios({ analysis, names }: Page): ComponentChild {
  const { labels, counts, totals } = analysis.lengthRatios;
  const chart = renderChart({
    title: 'Sentences by length ratio, in per cent',
    groupTitle: 'Ratio',
    groups: labels.map((label) => ({ label, note: '' })),
    series: names.map((name, s) => ({
      name,
      values: counts[s]!.map((count) => (100 * count) / analysis.numSentences),
    })),
    format: (value) => showScore(value, 1),
  });
  const overall = names.map((name, s) => `${name} ${showScore(totals[s]!, 3)}`).join(', ');
  return renderSection(
    'ratios',
    'Length ratio',
    `Words of each translation per word of its closest reference, to the nearest tenth: bars at the left are translations that may lack something, at the right ones that may say too much. Over all: ${overall}.`,
    chart,
  );
}
