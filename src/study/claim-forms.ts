// Claims and their verdicts: for people in lines of text, for papers in LaTeX, for programs in CSV.
import { formatCsv } from '../report/csv.ts';
import { wrap } from '../report/fit-text.ts';
import { showText } from '../report/show.ts';
import { plural } from '../util/format.ts';
import { lastWord } from './grid.ts';
import { formatLatexTable } from './latex.ts';
import type { GridResult, StudyResults } from './results.ts';
import type { Margin } from './schema.ts';
import { chooseDigits, formatDifference, formatValue, nameFigure } from './tables.ts';
import type { ClaimResult, Comparison } from './verdict.ts';

/** A comparison in words and figures; empty where there is nothing to tell. */
export interface Told {
  what: string;
  /** Of both. */
  values: string;
  difference: string;
  interval: string;
  /** Where the claim has several comparisons. */
  verdict: string;
  notes: string;
}

export function tellComparisons({ figure, comparisons }: ClaimResult): Told[] {
  return comparisons.map((comparison) => {
    const { measured, margin, notes, verdict } = comparison;
    const common = {
      what: `${nameFigure(figure)}: ${describe(comparison)}`,
      verdict: comparisons.length > 1 ? verdict : '',
      notes: notes.join('; '),
    };
    if (measured === undefined) return { ...common, values: '', difference: '', interval: '' };
    if (measured.kind === 'best') {
      const values = measured.one.length === 0 ? '' : `${list(measured.one)} and ${list(measured.other)}`;
      return { ...common, values, difference: '', interval: '' };
    }
    if (measured.kind === 'median') {
      const all = [measured.median, measured.low, measured.high];
      const [median, low, high] = all.map((x) => formatValue(x, chooseDigits(figure, all)));
      return { ...common, values: `median ${median} (${low} … ${high})`, difference: '', interval: '' };
    }
    const { one, other, mean, low, high } = measured;
    const digits = chooseDigits(figure, [one, other]);
    const signed = (x: number) =>
      margin.isRelative ? `${formatDifference(100 * x, 2)}%` : formatDifference(x, digits);
    return {
      ...common,
      values: `${formatValue(one, digits)} and ${formatValue(other, digits)}`,
      difference: signed(mean),
      interval: `${signed(low)} … ${signed(high)}`,
    };
  });
}

function describe({ one, other, relation, margin, measured }: Comparison): string {
  if (measured?.kind === 'best')
    return `best ${lastWord(measured.axis)} of ${one} ${relation} that of ${other}`;
  if (relation === 'atLeast') return `${one} at least ${other}`;
  if (relation === 'atMost') return `${one} at most ${other}`;
  if (relation === 'ties') return `${one} within ${formatMargin(margin)} of ${other}`;
  const by = formatMargin(margin);
  if (margin.size === 0) return `${one} ${relation} ${other}`;
  if (margin.size > 0) return `${one} ${relation} ${other} by ${by}`;
  return `${one} at most ${by} ${relation === 'below' ? 'above' : 'below'} ${other}`;
}

function formatMargin({ size, isRelative }: Margin): string {
  const amount = Math.abs(size);
  return isRelative ? `${Number((100 * amount).toPrecision(9))}%` : String(amount);
}

/** Seed by seed, where they are not all the same. */
const list = (values: readonly number[]): string =>
  new Set(values).size === 1 ? String(values[0]) : values.join(', ');

/** A line of all that is told. */
export function formatTold(
  { what, values, difference, interval, verdict, notes }: Told,
  seeds: number,
): string {
  const measured = difference === '' ? '' : `, difference ${difference} (95%: ${interval})`;
  const figures = values === '' ? '' : `: ${values}${measured}, ${plural(seeds, 'seed')}`;
  return `${what}${figures}${verdict === '' ? '' : `: ${verdict}`}${notes === '' ? '' : ` (${notes})`}`;
}

/** Cells of a line where no width is given. */
const LINE = 100;

/** Each claim behind its verdict, with what was measured below. */
export function formatClaims({ claims }: GridResult, width = LINE): string {
  const margin = Math.max(...claims.map(({ verdict }) => verdict.length)) + 2;
  const room = Math.max(20, Math.min(width, LINE) - margin);
  const lines = claims.flatMap((claim) => {
    const told = tellComparisons(claim).map((one, i) => formatTold(one, claim.comparisons[i]!.seeds.length));
    const [first, ...others] = [claim.says, ...told].flatMap((text) => wrap(showText(text), room));
    return [
      `${claim.verdict.padEnd(margin)}${first}`,
      ...others.map((line) => `${' '.repeat(margin)}${line}`),
    ];
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** A row for each comparison; text breaks in columns of their own. */
export function formatClaimsLatex({ title, claims }: GridResult): string {
  const rows = claims.flatMap((claim) =>
    tellComparisons(claim).map(({ what, values, difference, interval, verdict, notes }, i) => [
      ...(i === 0 ? [claim.says, claim.verdict] : ['', '']),
      `${what}${verdict === '' ? '' : `: ${verdict}`}${notes === '' ? '' : ` (${notes})`}`,
      values,
      difference,
      interval,
    ]),
  );
  const head = ['Claim', 'Verdict', 'Comparison', 'Values', 'Difference', '95%'];
  const columns = 'p{0.28\\linewidth}lp{0.28\\linewidth}rrr';
  return formatLatexTable({ title, head, rows, columns });
}

/** A row for each comparison, with all digits. */
export function formatClaimsCsv({ grids }: StudyResults): string {
  const rows = grids.flatMap(({ name, claims }) =>
    claims.flatMap(({ says, verdict, figure, comparisons }, c) =>
      comparisons.map((comparison) => {
        const { one, relation, other, margin, seeds, measured, notes } = comparison;
        const difference = measured?.kind === 'difference' ? measured : undefined;
        const best = measured?.kind === 'best' ? measured : undefined;
        const middle = measured?.kind === 'median' ? measured : undefined;
        return [
          ...[name, c + 1, says, verdict, figure, one, relation, other, margin.size],
          ...[margin.isRelative ? 'relative' : 'absolute', comparison.verdict, seeds.length],
          ...(['one', 'other', 'mean'] as const).map((key) => difference?.[key] ?? null),
          ...(['low', 'high'] as const).map((key) => (difference ?? middle)?.[key] ?? null),
          middle?.median ?? null,
          ...[best?.axis, best?.one.join(' '), best?.other.join(' ')].map((text) => text ?? null),
          notes.join('; '),
        ];
      }),
    ),
  );
  return formatCsv([
    [
      ...['grid', 'claim', 'says', 'claim_verdict', 'figure', 'one', 'relation', 'other', 'margin'],
      ...['margin_kind', 'verdict', 'seeds', 'one_mean', 'other_mean', 'difference', 'low', 'high'],
      'one_median',
      ...['best_axis', 'one_best', 'other_best', 'notes'],
    ],
    ...rows,
  ]);
}
