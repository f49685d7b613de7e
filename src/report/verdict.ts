// Who leads, in a sentence a metric.
import { buildCells, type Scores, type SignificanceTable } from './scores.ts';
import { LEVEL, showPValue, showScore, showText } from './show.ts';

/** The leader's name, score and lead for each metric; no sentences about a system that is alone. */
export function describeLeads(scores: Scores, significance?: SignificanceTable, digits?: number): string[] {
  const { systems, metrics } = scores;
  const cells = buildCells(scores, significance);
  if (systems.length < 2) return [];
  return metrics.map(({ label, lowerIsBetter }, m) => {
    const order = systems
      .map((name, s) => ({ name: showText(name), ...cells[s]![m]! }))
      .sort((x, y) => (lowerIsBetter ? x.score - y.score : y.score - x.score));
    const [first, second] = order as [(typeof order)[0], (typeof order)[0]];
    const lead = showScore(Math.abs(first.score - second.score), digits);
    const figure = showScore(first.score, digits);
    if (Number(lead) === 0) return `${label}: ${first.name} and ${second.name} are level at ${figure}.`;
    // A p-value compares with the baseline, which has none: it is about these two if just one of them has one.
    const pValues = [first, second].flatMap(({ pValue }) => pValue ?? []);
    return `${label}: ${first.name} leads with ${figure}, ${lead} ${lowerIsBetter ? 'below' : 'above'} ${second.name}${
      pValues.length === 1 ? describeChance(pValues[0]!) : ''
    }.`;
  });
}

function describeChance(p: number): string {
  const figure = showPValue(p).replace('*', '');
  const equation = figure.startsWith('<') ? `p < ${figure.slice(1)}` : `p = ${figure}`;
  return p <= LEVEL
    ? `, a significant difference (${equation})`
    : `, a difference that may be chance (${equation})`;
}
