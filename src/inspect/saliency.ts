// What the tokens of an input have to do with one thing that the model tells, as text and as a page. Gradients are taken
// with respect to the embeddings, positions included.
import { type ComponentChild, h } from 'preact';
import { formatColumns } from '../report/columns.ts';
import type { Drawing } from '../report/drawing.ts';
import { cut } from '../report/fit-text.ts';
import { renderSection, renderTable } from '../report/page-parts.ts';
import { showText } from '../report/show.ts';
import { sum } from '../util/sum.ts';
import type { StackName, Token } from './inspection.ts';
import { shade } from './plain-page.ts';
import { drawTokens } from './tokens-svg.ts';

export interface SalientTokens {
  stack: StackName;
  tokens: Token[];
  /** x · ∂F/∂x of each token's embedding x. */
  gradient: number[];
  /**
   * Integrated gradients, (x − x₀) · ∫ ∂F(x₀ + α(x − x₀))/∂x dα over α from 0 to 1. Sundararajan et al. 2017. Summed
   * over all tokens they are F(x) − F(x₀).
   */
  integrated: number[];
}

export interface Saliency {
  /** What is explained: `class good`, `token 4 "house"`. */
  of: string;
  /** F: a log-probability in nats, or a score. */
  what: 'log-probability' | 'score';
  /** F(x) and F(x₀); in x₀ a piece that says nothing stands for each token that is text. */
  value: number;
  baseline: number;
  blank: string;
  /** Of the sum that stands for the integral. */
  steps: number;
  sides: SalientTokens[];
}

/** |Σ integrated − (F(x) − F(x₀))| as a share of the latter. */
export function missing({ value, baseline, sides }: Saliency): number {
  const change = value - baseline;
  return Math.abs(sum(sides.flatMap(({ integrated }) => integrated)) - change) / (Math.abs(change) || 1);
}

function describe(found: Saliency): string[] {
  const { of, what, value, baseline, blank, steps } = found;
  return [
    `${showText(of)}: ${what} ${value.toFixed(4)}; with ${showText(blank)} for all text ${baseline.toFixed(4)}`,
    `integrated gradients in ${steps} steps: ${(100 * missing(found)).toFixed(2)}% of the difference are missing`,
  ];
}

const largest = (values: readonly number[]): number => Math.max(0, ...values.map(Math.abs)) || 1;

const BAR = 12;
const MAX_PIECE = 20;

/** A line for each token, with a bar of its integrated gradient. */
export function formatSaliency(found: Saliency): string {
  const most = largest(found.sides.flatMap(({ integrated }) => integrated));
  const rows = found.sides.flatMap(({ stack, tokens, gradient, integrated }) =>
    tokens.map(({ piece }, i) => {
      const share = integrated[i]! / most;
      const bar = (share < 0 ? '-' : '+').repeat(Math.round(BAR * Math.abs(share)));
      const figures = [gradient[i]!.toFixed(4), integrated[i]!.toFixed(4)];
      return [stack, String(i + 1), cut(showText(piece), MAX_PIECE), ...figures, bar];
    }),
  );
  const table = formatColumns([[...HEADS, ''], ...rows], new Set([1, 3, 4]));
  return `${describe(found).join('\n')}\n\n${table}`;
}

const HEADS = ['', 'place', 'token', 'gradient × input', 'integrated'];
const ofToken = (value: number, most: number) => shade(Math.abs(value) / most, value < 0 ? 1 : 0);

const NAMES = { integrated: 'Integrated gradients', gradient: 'Gradient times input' };

/** The tokens, darker where they matter more; blue speaks for it, orange against. */
export function drawSaliency(found: Saliency, part: keyof typeof NAMES): Drawing {
  const most = largest(found.sides.flatMap((side) => side[part]));
  return drawTokens(
    `${NAMES[part]}: ${found.of}`,
    found.sides.map(({ stack, tokens, ...figures }) => ({
      name: stack,
      tokens: tokens.map(({ piece }, i) => {
        const value = figures[part][i]!;
        return { piece, share: Math.abs(value) / most, color: value < 0 ? 1 : 0 };
      }),
    })),
  );
}

/** The tokens, darker where they matter more, and their figures. */
export function renderSaliency(found: Saliency): ComponentChild {
  const { sides } = found;
  const parts = (['integrated', 'gradient'] as const).map((part) => {
    const most = largest(sides.flatMap((side) => side[part]));
    return [
      h('h3', null, NAMES[part]),
      sides.map((side) =>
        h('p', { class: 'tokens' }, [
          h('small', null, `${side.stack}: `),
          side.tokens.map(({ piece }, i) =>
            h('bdi', { ...ofToken(side[part][i]!, most), title: side[part][i]!.toFixed(4) }, showText(piece)),
          ),
        ]),
      ),
    ];
  });
  const rows = sides.flatMap(({ stack, tokens, gradient, integrated }) =>
    tokens.map(({ piece }, i) => [
      `${stack} ${i + 1}`,
      h('bdi', null, showText(piece)),
      gradient[i]!.toFixed(4),
      integrated[i]!.toFixed(4),
    ]),
  );
  const note = `${describe(found).join('; ')}. Blue speaks for it, orange against.`;
  return renderSection('saliency', 'Saliency', note, [
    ...parts,
    h('div', { class: 'scroll' }, renderTable(HEADS.slice(1), rows, 'figures')),
  ]);
}
