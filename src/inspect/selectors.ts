// The selectors of a RASP-L program beside the heads of a model that reads the same tokens: which head looks where a
// selector does.
import type { SelectorStep, Step, Trace } from '../rasp/trace.ts';
import { describeSelector } from '../rasp-report/trace-text.ts';
import { formatColumns } from '../report/columns.ts';
import { cut } from '../report/fit-text.ts';
import { showText } from '../report/show.ts';
import { type HeadKind, HeadMeter } from './head-summary.ts';
import { headWeights, type Inspection } from './inspection.ts';

export interface ProgramSelector {
  /** `s1`, `s2`, in the order in which they are computed. */
  name: string;
  /** The function that it is in, or what it stands for where it is in none. */
  within: string;
  /** How it chooses: `k == q; k is …`. */
  predicate: string;
  /** For each place those that it selects. */
  rows: readonly (readonly number[])[];
  /** What attention that is the same to all places so far would give it. */
  chance: number | null;
  /**
   * Σ w over what is selected, by heads in their order: means over the rows that select some of the places so far, and
   * not all; null where there is no such row.
   */
  agreement: (number | null)[];
}

export interface TrainedHead {
  /** From 1, as is `head`. */
  layer: number;
  head: number;
  kind: HeadKind;
  /** [T, T]. */
  weights: Float32Array;
}

export interface SelectorsFound {
  program: string;
  tokens: string[];
  selectors: ProgramSelector[];
  heads: TrainedHead[];
}

/** Of a trace and an inspection of the same tokens. */
export function compareSelectors(program: string, trace: Trace, inspection: Inspection): SelectorsFound {
  const meter = new HeadMeter();
  meter.add(inspection);
  const kinds = new Map(meter.finish().map(({ layer, head, kind }) => [`${layer}.${head}`, kind]));
  const heads = inspection.attention.flatMap((layer) =>
    Array.from({ length: layer.numHeads }, (_, h): TrainedHead => {
      const kind = kinds.get(`${layer.layer}.${h + 1}`)!;
      return { layer: layer.layer, head: h + 1, kind, weights: headWeights(layer, h) };
    }),
  );
  const steps = trace.steps.filter((step): step is Step & SelectorStep => step.kind === 'selector');
  return {
    program,
    tokens: [...trace.tokens],
    selectors: steps.map((step, s): ProgramSelector => {
      const chosen = step.rows.flatMap((places, i) =>
        places.length > 0 && places.length <= i ? [{ i, places }] : [],
      );
      const mean = (of: (row: { i: number; places: readonly number[] }) => number) =>
        chosen.length === 0 ? null : chosen.reduce((sum, row) => sum + of(row), 0) / chosen.length;
      return {
        name: `s${s + 1}`,
        within: step.within.at(-1) ?? step.label,
        predicate: describeSelector(step),
        rows: step.rows,
        chance: mean(({ i, places }) => places.length / (i + 1)),
        agreement: heads.map(({ weights }) =>
          mean(({ i, places }) => places.reduce((sum, j) => sum + weights[i * trace.tokens.length + j]!, 0)),
        ),
      };
    }),
    heads,
  };
}

/** The head that agrees most with a selector; undefined where no row tells. */
export function bestHead({ agreement }: ProgramSelector, heads: readonly TrainedHead[]) {
  const best = agreement.reduce<number>((most, x, h) => ((x ?? -1) > (agreement[most] ?? -1) ? h : most), 0);
  return agreement[best] == null ? undefined : heads[best];
}

export const nameHead = ({ layer, head }: Pick<TrainedHead, 'layer' | 'head'>): string => `${layer}.${head}`;

const MAX_NAME = 60;
const show = (x: number | null): string => (x === null ? '' : x.toFixed(2));

/** The rows of a table: selectors by heads, and the kinds of these below. */
export const selectorHeads = ({ heads }: SelectorsFound): string[] => ['', 'chance', ...heads.map(nameHead)];
export const selectorRows = ({ selectors }: SelectorsFound): string[][] =>
  selectors.map(({ name, chance, agreement }) => [name, show(chance), ...agreement.map(show)]);
export const kindRow = ({ heads }: SelectorsFound): string[] => ['', '', ...heads.map(({ kind }) => kind)];

/** What each selector is, then how much each head gives to what it selects. */
export function formatSelectors(found: SelectorsFound): string {
  const legend = found.selectors.map((one) => {
    const best = bestHead(one, found.heads);
    return [
      one.name,
      cut(showText(one.within), MAX_NAME),
      cut(one.predicate, MAX_NAME),
      best === undefined ? '' : `most: ${nameHead(best)}, ${best.kind}`,
    ];
  });
  const table = [selectorHeads(found), ...selectorRows(found), kindRow(found)];
  const numbers = new Set(table[0]!.keys());
  numbers.delete(0);
  return [
    `${showText(found.program)} on ${found.tokens.map(showText).join(' ')}\n`,
    formatColumns(legend, new Set()),
    formatColumns(table, numbers),
  ].join('\n');
}
