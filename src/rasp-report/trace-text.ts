// A trace for a terminal: sequences as rows under the tokens, then each selector as a pattern of places by places.
import type { SelectorStep, SequenceStep, Step, Trace } from '../rasp/trace.ts';
import { measureWidth } from '../report/columns.ts';
import { showText } from '../report/show.ts';
import { shorten } from '../util/quote.ts';

export interface TraceTextOptions {
  /** Characters of a line. */
  readonly width: number;
  readonly bold?: (text: string) => string;
  readonly soft?: (text: string) => string;
}

/** Most characters of a label. */
const MAX_LABEL = 28;
/** Most characters of a token before a row of a pattern. */
const MAX_ROW_HEAD = 6;

const plain = (text: string): string => text;
const isSequence = (step: Step): step is Step & SequenceStep => step.kind !== 'selector';
const isSelector = (step: Step): step is Step & SelectorStep => step.kind === 'selector';

export function formatTrace(trace: Trace, { width, bold = plain, soft = plain }: TraceTextOptions): string {
  const sequences = trace.steps.filter(isSequence);
  const labels = sequences.map((step) => toWidth(nameOf(step), MAX_LABEL));
  const margin = Math.max(...labels.map(measureWidth)) + 2;
  const rows = sequences.map((step, s) => ({
    head: pad(labels[s]!, margin),
    cells: step.shown.map(showText),
    paint: step.isNamed ? bold : plain,
  }));
  const places = trace.tokens.map((_, i) => String(i));
  const blocks = blocksOf([places, ...rows.map(({ cells }) => cells)], width - margin).map(
    ({ from, widths }) => {
      const line = (cells: readonly string[]) =>
        widths
          .map((room, c) => pad(cells[from + c]!, room, true))
          .join(' ')
          .trimEnd();
      return [
        soft(' '.repeat(margin) + line(places)),
        ...rows.map(({ head, cells, paint }) => paint(head) + line(cells)),
      ];
    },
  );
  const patterns = trace.steps
    .filter(isSelector)
    .map((step) => formatPattern(step, trace, width, { bold, soft }));
  return [...blocks, ...patterns].map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** What a step is called, with the function that it is computed in. */
export const nameOf = ({ label, within }: Pick<Step, 'label' | 'within'>): string =>
  showText(within.length === 0 ? label : `${label} in ${within.at(-1)}`);

/** How a selector chooses: `k > q, k: tokens, q: start`. */
export const describeSelector = ({ predicate, keys, queries }: SelectorStep): string =>
  showText(`${predicate}; k is ${keys}, q is ${queries}`);

function formatPattern(
  step: Step & SelectorStep,
  { tokens }: Trace,
  width: number,
  { bold, soft }: Required<Omit<TraceTextOptions, 'width'>>,
): string[] {
  const heads = tokens.map((token) => toWidth(showText(token), MAX_ROW_HEAD));
  const margin = Math.max(...heads.map(measureWidth));
  const head = bold(toWidth(nameOf(step), width));
  const how = soft(toWidth(`  ${describeSelector(step)}`, width));
  const room = width - margin - 3;
  const gap = 2 * tokens.length - 1 <= room ? ' ' : '';
  if (gap === '' && tokens.length > room) {
    return [head, how, soft(toWidth(`  too wide for ${width} characters: see --output`, width))];
  }
  const columns = heads.every((one) => measureWidth(one) === 1) ? heads.join(gap) : undefined;
  const lines = step.rows.map((places, i) => {
    const row = Array.from({ length: i + 1 }, (_, j) => (places.includes(j) ? '■' : '·'));
    return `${soft(`${pad(heads[i]!, margin, true)} │`)} ${row.join(gap)}`;
  });
  return [
    head,
    how,
    ...(columns === undefined ? [] : [soft(`${' '.repeat(margin + 3)}${columns}`)]),
    ...lines,
  ];
}

/** Runs of columns that fit into a width beside one another, with the width of each. */
function blocksOf(rows: readonly (readonly string[])[], width: number): { from: number; widths: number[] }[] {
  const blocks: { from: number; widths: number[] }[] = [];
  let room = -1;
  const count = rows[0]!.length;
  for (let c = 0; c < count; c++) {
    const own = Math.max(...rows.map((cells) => measureWidth(cells[c]!)));
    if (room < own) {
      blocks.push({ from: c, widths: [] });
      room = width;
    }
    blocks.at(-1)!.widths.push(own);
    room -= own + 1;
  }
  return blocks;
}

const toWidth = (text: string, most: number): string =>
  measureWidth(text) > most ? shorten(text, most - 1) : text;

function pad(text: string, width: number, right = false): string {
  const blank = ' '.repeat(Math.max(0, width - measureWidth(text)));
  return right ? blank + text : text + blank;
}
